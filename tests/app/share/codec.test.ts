// Links: every state comes back as it went, and goes where the table says; nothing beyond the caps comes in.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeHash, encodeHash, LINK_CAPS, pack, unpack } from "../../../app/share/codec";
import { LinkError } from "../../../app/share/linkError";
import { VERSION } from "../../../app/share/migrations";
import { SHARED_FIELDS, SHARED_NAMES, USUAL_STATE } from "../../../app/share/sharedFields";
import type { SharedState } from "../../../app/share/sharedState";
import { INITIAL_VIEW } from "../../../app/view/viewState";
import { hashOf, problemOf } from "./hashes";
import { FIELD_ARBITRARIES, sharedState } from "./sharedStates";

describe("round trip", () => {
  test("any state comes back as it went", async () => {
    await fc.assert(
      fc.asyncProperty(sharedState, async (state) => {
        expect(await decodeHash(await encodeHash(state))).toEqual(state);
      }),
      { numRuns: 300 },
    );
  });

  test.each(SHARED_NAMES)("%s alone comes back, and goes where the table says", async (name) => {
    await fc.assert(
      fc.asyncProperty(FIELD_ARBITRARIES[name] as fc.Arbitrary<unknown>, async (value) => {
        const state = { ...USUAL_STATE, [name]: value } as SharedState;
        expect(await decodeHash(await encodeHash(state))).toEqual(state);
        for (const destination of ["link", "storage", "export"] as const) {
          const { version, state: packed } = pack(state, destination);
          const goes = SHARED_FIELDS[name][destination] && JSON.stringify(value) !== JSON.stringify(USUAL_STATE[name]);
          expect(Object.keys(packed)).toEqual(goes ? [name] : []);
          expect(unpack(version, packed, destination)).toEqual(goes ? state : USUAL_STATE);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("a usual state takes a few letters, and a usual view is the page's", async () => {
    expect((await encodeHash(USUAL_STATE)).length).toBeLessThanOrEqual(10);
    expect(USUAL_STATE).toMatchObject(INITIAL_VIEW);
  });

  test("what does not go into a destination is refused when it comes from there", () => {
    const outside = SHARED_NAMES.filter((name) => !SHARED_FIELDS[name].storage);
    expect(outside).toEqual(["fingerprint", "title", "hidden", "locked", "embed"]);
    for (const name of outside) expect(() => unpack(VERSION, { [name]: USUAL_STATE[name] }, "storage")).toThrow(LinkError);
  });
});

describe("caps", () => {
  test("a longer hash is refused, and the largest state fits", async () => {
    expect(await problemOf(`#v${VERSION}.${"A".repeat(LINK_CAPS.hash)}`)).toBe("tooLong");
    const noise = Array.from(
      { length: 100 },
      (_, i) => `a/${Array.from({ length: 120 }, (_, j) => ((i * 7919 + j * j * 104729) % 36).toString(36)).join("")}${i}`,
    );
    const state = { ...USUAL_STATE, metrics: noise, config: { rewardModel: "x".repeat(2000) } };
    expect((await encodeHash(state)).length).toBeLessThanOrEqual(LINK_CAPS.hash);
  });

  test.each([LINK_CAPS.inflated + 1, 2 ** 20, 23 * 2 ** 20])("an inflation bomb of %i bytes stops at the cap, quickly", async (size) => {
    const bomb = hashOf(VERSION, `{"title":"${"a".repeat(size)}"}`);
    expect(bomb.length).toBeLessThan(LINK_CAPS.hash);
    const before = performance.now();
    expect(await problemOf(bomb)).toBe("tooLarge");
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test("deep nesting is refused, not fallen into", async () => {
    const deep = `${'{"topic":'.repeat(20_000)}1${"}".repeat(20_000)}`;
    expect(["field", "damaged"]).toContain(await problemOf(hashOf(VERSION, deep)));
    expect(["field", "damaged"]).toContain(await problemOf(hashOf(VERSION, `{"metrics":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)));
  });
});
