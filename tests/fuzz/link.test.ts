// Links that nobody shared: states within every bound, or a reason why not.

import fc from "fast-check";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import { decodeHash, encodeHash, LINK_CAPS, pack, unpack } from "../../app/share/codec";
import { LinkError } from "../../app/share/linkError";
import { VERSION } from "../../app/share/migrations";
import { USUAL_STATE } from "../../app/share/sharedFields";
import type { SharedState } from "../../app/share/sharedState";
import { withDefaults, validateConfig } from "../../src/config";
import { byteEdits, editBytes, textOf, utf8 } from "./byteEdits";
import { fuzz } from "./fuzz";
import { guarded } from "./guards";
import { editJson, hostileJson, jsonEdits } from "./jsonEdits";
import { sameData } from "./sameData";
import { CASE_LIMIT, processorTime, TARGET_TIMEOUT } from "./settings";

const STATE: SharedState = {
  ...USUAL_STATE,
  scenario: "reviews",
  config: { seed: 7, temperature: 0.8, klPenalty: "abs", maxGradNorm: null, rewardModel: "warmth" },
  defaults: "00ff00ff",
  engine: "wasm",
  fingerprint: { engine: "wasm", sum: "0123abcd" },
  recording: "recordings/reviews.ppolab",
  tab: "charts",
  pinned: 3,
  token: 2,
  topic: { kind: "option", id: "seed" },
  metrics: ["env/reward_mean", "ppo/policy/clipfrac"],
  smoothing: 0.5,
  title: "Look at <b>this</b>",
  hidden: [],
  embed: true,
};
const PACKED = pack(STATE, "link").state;
/** As version 0 held it. */
const { tab, pinned, token, config, ...others } = PACKED;
const { seed, ...options } = config ?? {};
const PACKED_0 = { ...others, view: { tab, step: (pinned ?? 0) + 1, token }, seed, config: options };

const hashOf = (text: string, version: number): string => `#v${version}.${deflateRawSync(utf8(text)).toString("base64url")}`;

/** What a link says is within bounds and comes back from being shared again. */
async function expectSame(hash: string): Promise<string> {
  const state = await decodeHash(hash);
  validateConfig(withDefaults(state.config));
  // As JSON, which has no -0.
  const again = await decodeHash(await encodeHash(state));
  if (JSON.stringify(again) !== JSON.stringify(state)) throw new TypeError("Expected the state to come back as it was.");
  return "read";
}

const good = await encodeHash(STATE);

test("hashes: random letters, or a good one that is flipped, cut or spliced", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "link letters",
    cases: fc.oneof(
      { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
      { weight: 1, arbitrary: fc.base64String({ maxLength: 60 }).map((letters) => `#v${VERSION}.${letters}`) },
      { weight: 1, arbitrary: fc.nat(12_000).map((version) => good.replace(/\d+/, String(version))) },
      { weight: 4, arbitrary: byteEdits },
      { weight: 1, arbitrary: fc.constant(good) },
    ),
    read: (hash) => expectSame(typeof hash === "string" ? hash : textOf(editBytes(utf8(good), hash))),
    errors: [LinkError],
    refusals: {
      "another beginning": /begins with #v/,
      "a later version": /Expected a version of at most/,
      "other letters": /Expected letters, digits/,
      inflating: /do not inflate/,
      "not whole": /data are not whole/,
    },
    accepted: ["read"],
  }),
);

test("states: bent JSON of every version", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "link state",
    cases: fc.record({
      version: fc.nat(VERSION),
      edits: fc.oneof({ weight: 9, arbitrary: jsonEdits }, { weight: 1, arbitrary: hostileJson }),
    }),
    read: async ({ version, edits }) => {
      const text = typeof edits === "string" ? edits : editJson(version === 0 ? PACKED_0 : PACKED, edits);
      const hash = hashOf(text, version);
      const state = await expectSame(hash);
      for (const destination of ["storage", "export"] as const) {
        const packed = pack(await decodeHash(hash), destination);
        if (!sameData(pack(unpack(packed.version, JSON.parse(JSON.stringify(packed.state)), destination), destination), packed))
          if (!/-0/.test(text)) throw new TypeError(`Expected the state for ${destination} to come back as it was.`);
      }
      return state;
    },
    errors: [LinkError],
    refusals: {
      "no fields": /Expected fields by name/,
      "an unknown field": /Expected fields of a link/,
      "an option": /^config: /,
      "a field": /^\w+: expected/,
    },
    accepted: ["read"],
  }),
);

describe("a link that wants to become huge", () => {
  it.each([
    [
      "inflates to as much as so many letters can",
      "tooLarge",
      `#v1.${deflateRawSync(Buffer.alloc(23 * 2 ** 20, 32)).toString("base64url")}`,
    ],
    ["is all brackets", "damaged", `#v1.${deflateRawSync(Buffer.alloc(LINK_CAPS.inflated, "[")).toString("base64url")}`],
    ["is longer than a link may be", "tooLong", `#v1.${"A".repeat(LINK_CAPS.hash)}`],
  ])("because it %s is refused", async (_, problem, hash) => {
    const before = process.resourceUsage().maxRSS;
    const start = processorTime();
    await expect(guarded(() => decodeHash(hash))).rejects.toMatchObject({ name: "LinkError", problem });
    expect(processorTime() - start, "milliseconds").toBeLessThan(CASE_LIMIT);
    expect((process.resourceUsage().maxRSS - before) / 1024, "MiB").toBeLessThan(64);
  });
});
