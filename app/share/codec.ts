// Shared state to a link's hash and back, and to plain data for storage and files. Everything follows the table in sharedFields.ts;
// what comes from outside is data only: capped, checked field by field, never run.

import { deflate, inflate } from "./deflate";
import { LinkError } from "./linkError";
import { migrate, VERSION } from "./migrations";
import { FieldError, isObject } from "./readers";
import { type Destination, SHARED_FIELDS, SHARED_NAMES, type SharedField, USUAL_STATE } from "./sharedFields";
import type { SharedState } from "./sharedState";

export const LINK_CAPS = {
  /** Characters of the hash. */
  hash: 32 * 1024,
  /** Bytes of what it inflates to. */
  inflated: 256 * 1024,
} as const;

/** Characters of a message: what it quotes came from outside. */
const MESSAGE_LENGTH = 300;

/** Shared state as plain data: the fields that go there and are not as usual. */
export interface Packed {
  readonly version: number;
  readonly state: Readonly<Partial<SharedState>>;
}

export function pack(state: SharedState, destination: Destination): Packed {
  const names = SHARED_NAMES.filter((name) => SHARED_FIELDS[name][destination] && !isUsual(name, state));
  return { version: VERSION, state: Object.fromEntries(names.map((name) => [name, state[name]])) };
}

const isUsual = (name: SharedField, state: SharedState): boolean => JSON.stringify(state[name]) === JSON.stringify(USUAL_STATE[name]);

/** @throws LinkError when the data are of a later version, or hold a field that is unknown, out of bounds or does not belong there. */
export function unpack(version: number, fields: unknown, source: Destination): SharedState {
  if (!Number.isInteger(version) || version < 0 || version > VERSION)
    throw new LinkError(
      "version",
      `Expected a version of at most ${VERSION}, got ${version}. Open it with the lab that made it, or a newer one.`,
    );
  if (!isObject(fields)) throw new LinkError("damaged", "Expected fields by name, got something else. Copy the whole link again.");
  const lifted = migrate(version, fields);
  return { ...USUAL_STATE, ...Object.fromEntries(Object.entries(lifted).map(([name, value]) => [name, readField(name, value, source)])) };
}

function readField(name: string, value: unknown, source: Destination): unknown {
  const known = SHARED_NAMES.find((one) => one === name);
  if (known === undefined || !SHARED_FIELDS[known][source])
    throw new LinkError("field", `Expected fields of a ${source}, got ${JSON.stringify(name.slice(0, 40))}. It was not made by this lab.`);
  try {
    return SHARED_FIELDS[known].read(value);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new LinkError("field", `${name}: ${error.message.slice(0, MESSAGE_LENGTH)}`);
  }
}

/** The hash of a link, with its "#". @throws LinkError when it is longer than a reader accepts. */
export async function encodeHash(state: SharedState): Promise<string> {
  const { version, state: fields } = pack(state, "link");
  const hash = `#v${version}.${await deflate(JSON.stringify(fields))}`;
  if (hash.length > LINK_CAPS.hash)
    throw new LinkError(
      "tooLong",
      `Expected a link of at most ${LINK_CAPS.hash} characters, got ${hash.length}. Send a replay file instead.`,
    );
  return hash;
}

/** @throws LinkError */
export async function decodeHash(hash: string): Promise<SharedState> {
  if (hash.length > LINK_CAPS.hash)
    throw new LinkError(
      "tooLong",
      `Expected a link of at most ${LINK_CAPS.hash} characters, got ${hash.length}. It is not one of the lab's.`,
    );
  const [, version = "", letters = ""] = /^#v(\d{1,4})\.(.*)$/s.exec(hash) ?? [];
  if (version === "") throw new LinkError("damaged", "Expected a link that begins with #v and a number. Copy the whole link again.");
  if (Number(version) > VERSION) return unpack(Number(version), {}, "link");
  const text = await inflate(letters, LINK_CAPS.inflated);
  return unpack(Number(version), parse(text), "link");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LinkError("damaged", "The link's data are not whole. Copy the whole link again.");
  }
}
