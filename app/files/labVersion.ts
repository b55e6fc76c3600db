// Which lab this is, as files and images say.

import { version } from "../../package.json";

export const LAB_VERSION: string = version;
