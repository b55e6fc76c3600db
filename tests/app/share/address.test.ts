// Where links point, and what locks and hides.

import { describe, expect, test } from "vitest";
import { restrictionOf } from "../../../app/share/controlGroups";
import { frameCode, isOnlyHere, linkBase } from "../../../app/share/linkAddress";
import { isLinkHash } from "../../../app/share/linkHash";
import { publicBase } from "../../../app/share/publicUrl";

test.each([
  ["https://lab.example/ppo/?replay=a#v1.x", null, "https://lab.example/ppo/"],
  ["http://127.0.0.1:4173/", "https://lab.example/", "https://lab.example/"],
  ["file:///home/me/run.html#x", null, "file:///home/me/run.html"],
])("a link on %s with the public address %s begins with %s", (page, published, base) => {
  expect(linkBase(page, published)).toBe(base);
});

test.each([
  [undefined, null],
  ["", null],
  ["lab.example", null],
  ["javascript:alert(1)", null],
  ["ftp://lab.example/", null],
  ["https://lab.example", "https://lab.example/"],
  ["https://lab.example/ppo", "https://lab.example/ppo/"],
  ["https://user:secret@lab.example/ppo/?a=1#b", "https://lab.example/ppo/"],
])("the public address %s is used as %s", (given, base) => {
  expect(publicBase(given)).toBe(base);
});

test.each([
  ["http://localhost:4173/", true],
  ["http://lab.localhost/", true],
  ["http://127.0.0.1/", true],
  ["http://[::1]:80/", true],
  ["file:///home/me/run.html", true],
  ["https://localhost.example/", false],
  ["https://lab.example/", false],
])("%s works on this machine only: %s", (address, only) => {
  expect(isOnlyHere(address)).toBe(only);
});

test("a title cannot leave its place in the frame's code", () => {
  const code = frameCode('https://lab.example/?embed&x="#v1.a', '"><script>alert(1)</script>');
  expect(code).not.toContain("<script");
  expect(code.match(/"/g)).toHaveLength(12);
});

test("only a link's hash is taken for one", () => {
  expect(["#v1.abc", "#v0.", "#v99", "", "#", "#tab-panel", "#version", "#charts"].map(isLinkHash)).toEqual([
    true,
    true,
    true,
    ...new Array<boolean>(5).fill(false),
  ]);
});

describe("groups of controls", () => {
  test("scenario and engine go with the settings; hidden wins over locked", () => {
    const of = (group: Parameters<typeof restrictionOf>[1]) => restrictionOf({ hidden: ["engine"], locked: ["settings", "engine"] }, group);
    expect([of("settings"), of("scenario"), of("engine"), of("run")]).toEqual(["locked", "locked", "hidden", "none"]);
  });
});
