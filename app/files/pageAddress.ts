// Where the lab stands, as files of a run say.

import { linkBase } from "../share/linkAddress";
import { PUBLIC_BASE_URL } from "../share/publicUrl";

/** The published site's address where the build names one, else the page's own, without what somebody asked of it. */
export function pageAddress(): string {
  return linkBase(new URL(".", document.baseURI).href, PUBLIC_BASE_URL);
}
