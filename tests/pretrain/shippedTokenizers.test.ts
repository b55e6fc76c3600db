// The tokenizer files under public/ are those that the recipes write now.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RECIPES } from "../../src/pretrain/recipes";

const shipped = (path: string): string => readFileSync(new URL(`../../public/${path}`, import.meta.url), "utf8");

describe.each(RECIPES.map((recipe) => [recipe.scenario.id, recipe] as const))(
  "the tokenizer of %s",
  (_, { scenario, rewards, tokenizerFiles }) => {
    const { tokenizer, config } = tokenizerFiles();

    it.each([scenario.policy, ...rewards.map(({ entry }) => entry.folder)])("%s", (folder) => {
      expect(shipped(`${folder}/tokenizer.json`)).toBe(tokenizer);
      expect(shipped(`${folder}/tokenizer_config.json`)).toBe(config);
    });
  },
);
