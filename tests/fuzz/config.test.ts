// Options that nobody typed: every value is told apart, alone and within whole configurations.

import fc from "fast-check";
import { test } from "vitest";
import { CONFIG_FIELDS, FIELDS, fieldProblem, type LabConfig, runSizes, validateConfig, withDefaults } from "../../src/config";
import { ConfigError } from "../../src/errors";
import { fuzz, refusalDepth } from "./fuzz";
import { editJson, hostileValue, jsonEdits } from "./jsonEdits";
import { TARGET_TIMEOUT } from "./settings";

const PROBLEMS = {
  "no boolean": /must be true or false/,
  "no choice": /must be one of/,
  "no text": /must be a text of at most/,
  "no number": /must be a number/,
  "no whole number": /must be a whole number/,
  "out of range": /must be (more than|at least)/,
} as const;

/** What `fieldProblem` lets through is what the option's row says. */
function expectFits(name: (typeof CONFIG_FIELDS)[number], value: unknown): void {
  const field = FIELDS[name];
  const fits =
    value === null
      ? "nullable" in field && (field.nullable ?? false)
      : field.kind === "boolean"
        ? typeof value === "boolean"
        : field.kind === "choice"
          ? typeof value === "string" && field.choices.includes(value)
          : field.kind === "text"
            ? typeof value === "string" && value.length <= field.maxLength
            : typeof value === "number" && value >= field.min && value <= field.max;
  if (!fits) throw new TypeError(`Expected ${name} to be refused.`);
}

test("single options", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "config fields",
    cases: fc.tuple(fc.constantFrom(...CONFIG_FIELDS), hostileValue),
    read: ([name, value]) => {
      const problem = fieldProblem(name, value);
      if (problem !== null) return refusalDepth(problem, PROBLEMS);
      expectFits(name, value);
      return "fits";
    },
    errors: [],
    refusals: PROBLEMS,
    accepted: ["fits"],
  }),
);

test("whole configurations", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "config objects",
    cases: fc.tuple(jsonEdits, fc.oneof(fc.nat(300), fc.nat())),
    read: ([edits, prompts]) => {
      const config = (JSON.parse(editJson(withDefaults({ maxSteps: 3 }), edits)) ?? {}) as LabConfig;
      validateConfig(config);
      const sizes = runSizes(config, prompts);
      if (!Object.values(sizes).every((size) => Number.isSafeInteger(size) && size >= 0))
        throw new TypeError(`Expected whole sizes, got ${JSON.stringify(sizes)}.`);
      return "valid";
    },
    errors: [ConfigError],
    refusals: { "not valid": /options are not valid/, "too few prompts": /A PPO batch needs/ },
    accepted: ["valid"],
  }),
);
