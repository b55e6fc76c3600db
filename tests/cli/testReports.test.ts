// What `npm test` says at its end about failed tests.

import { describe, expect, it } from "vitest";
import { playwrightFailures, vitestFailures } from "../../src/cli/testReports.mjs";

describe("failed tests in reports", () => {
  it("names file, test and the message's first line, without colours", () => {
    const report = {
      testResults: [
        {
          name: "/root/tests/a.test.ts",
          message: "",
          assertionResults: [
            { status: "passed", fullName: "adds", failureMessages: [] },
            { status: "failed", fullName: "sums adds", failureMessages: ["\u001B[31mexpected 1 to be 2\u001B[39m\n    at a.test.ts:3:4"] },
          ],
        },
        { name: "/root/tests/b.test.ts", message: "Cannot find module x\nstack", assertionResults: [] },
      ],
    };
    expect(vitestFailures(report, "/root")).toEqual([
      "tests/a.test.ts > sums adds: expected 1 to be 2",
      "tests/b.test.ts: Cannot find module x",
    ]);
  });

  it("finds failed browser tests in nested suites", () => {
    const spec = (ok: boolean, title: string) => ({
      ok,
      title,
      file: "run.spec.ts",
      line: 7,
      tests: [{ results: ok ? [{}] : [{ error: { message: "Timed out\nmore" } }] }],
    });
    const report = { suites: [{ specs: [spec(true, "runs")], suites: [{ specs: [spec(false, "stops")] }] }] };
    expect(playwrightFailures(report)).toEqual(["run.spec.ts:7 stops: Timed out"]);
  });
});
