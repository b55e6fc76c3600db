// Values that fit each policy kind.

import { expect, test } from "vitest";
import { validateConfig, withDefaults } from "../src/config";
import { policyKindValues } from "../src/policyKind";
import { SCENARIOS } from "../src/scenarios/catalogue";

const KINDS = ["full", "freeze", "lora", "oft"] as const;

test.each(SCENARIOS.map((scenario) => [scenario.id, withDefaults(scenario.defaults)] as const))(
  "%s: every kind gets values within their ranges",
  (_, usual) => {
    for (const kind of KINDS) {
      const values = policyKindValues(kind, usual);
      expect(values.finetuningType).toBe(kind);
      expect(() => validateConfig({ ...usual, ...values })).not.toThrow();
    }
  },
);

test("the scenario's own values stay for full fine-tuning; products are written as people would", () => {
  const usual = { learningRate: 4e-4, initKlCoef: 0.4, ppoTarget: 1.5 };
  expect(policyKindValues("full", usual)).toEqual({ finetuningType: "full", ...usual });
  expect(policyKindValues("oft", usual)).toEqual({ finetuningType: "oft", learningRate: 6e-4, initKlCoef: 0.5, ppoTarget: 1.05 });
});
