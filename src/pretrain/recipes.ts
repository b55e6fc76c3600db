// Recipes of all shipped models.

import { ConfigError } from "../errors";
import type { PretrainRecipe } from "./recipe";
import { reviewsRecipe } from "./reviewsRecipe";
import { sumsRecipe } from "./sumsRecipe";
import { summariesRecipe } from "./summariesRecipe";
import { toolCallsRecipe } from "./toolCallsRecipe";

export const RECIPES: readonly PretrainRecipe[] = [reviewsRecipe, toolCallsRecipe, sumsRecipe, summariesRecipe];

/** @throws ConfigError listing the recipes there are. */
export function recipeOf(scenarioId: string): PretrainRecipe {
  const found = RECIPES.find(({ scenario }) => scenario.id === scenarioId);
  if (found) return found;
  const known = RECIPES.map(({ scenario }) => scenario.id).join(", ");
  throw new ConfigError(`The scenario ${scenarioId} has no recipe for its models; expected one of ${known}.`);
}
