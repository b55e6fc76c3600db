// Freeze options to the names of the trained weights, with the reference's meaning of every option.

import type { LabConfig } from "../../config";
import type { FreezeParametrisation } from "../../engine/engine";
import { parameterSpecs, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../../engine/layout";
import type { LlamaConfig } from "../../engine/llamaConfig";
import { ConfigError } from "../../errors";
import { listOf } from "./targets";

export type FreezeOptions = Pick<LabConfig, "freezeTrainableLayers" | "freezeTrainableModules" | "freezeExtraModules">;

/**
 * The last n layers train, with a negative n the first |n|; of each the named modules, or all. Extra modules are found by their name
 * anywhere in a weight's name, so `norm` also means the layers' own norms, as in the reference (LF model/adapter.py, freeze).
 * @throws ConfigError on a module that the model does not have.
 */
export function freezeParametrisation(config: LlamaConfig, options: FreezeOptions): FreezeParametrisation {
  const { freezeTrainableLayers: count } = options;
  const layers = config.numHiddenLayers;
  const [first, end] = count > 0 ? [Math.max(0, layers - count), layers] : [0, Math.min(-count, layers)];
  const names = parameterSpecs(config)
    .map(({ name }) => name)
    .filter((name) => name !== VALUE_HEAD_WEIGHT && name !== VALUE_HEAD_BIAS);

  const inLayers = names.flatMap((name) => /^model\.layers\.\d+\.([^.]+)/.exec(name)?.[1] ?? []);
  const outside = names.filter((name) => !name.startsWith("model.layers.")).map((name) => name.split(".").at(-2) as string);
  const modules = checked("freezeTrainableModules", listOf(options.freezeTrainableModules), ["all", ...inLayers]);
  const extra = checked("freezeExtraModules", listOf(options.freezeExtraModules), outside);

  const patterns = modules.flatMap((module) =>
    Array.from({ length: end - first }, (_, i) => `.${first + i}.${module === "all" ? "" : module}`),
  );
  patterns.push(...extra);
  return { kind: "freeze", trained: names.filter((name) => patterns.some((pattern) => name.includes(pattern))) };
}

function checked(option: string, modules: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = modules.filter((module) => !known.includes(module));
  if (unknown.length > 0)
    throw new ConfigError(
      `${option}: expected some of ${[...new Set(known)].join(", ")}, separated by commas, got ${unknown.join(", ")}. Correct the name.`,
    );
  return modules;
}
