// Hashes made without the page's own code, and what becomes of them.

import { deflateRawSync } from "node:zlib";
import { decodeHash } from "../../../app/share/codec";
import { LinkError, type LinkProblem } from "../../../app/share/linkError";
import { VERSION } from "../../../app/share/migrations";

export const hashOf = (version: number, text: string): string => `#v${version}.${deflateRawSync(text).toString("base64url")}`;
export const ofFields = (fields: unknown): string => hashOf(VERSION, JSON.stringify(fields));

export async function problemOf(hash: string): Promise<LinkProblem | "none" | "crash"> {
  try {
    await decodeHash(hash);
    return "none";
  } catch (error) {
    return error instanceof LinkError ? error.problem : "crash";
  }
}
