// Option text such as "all" or "q_proj,v_proj" to the names of the linear weights that an adapter is put on, and back to module names.

import { parameterSpecs } from "../../engine/layout";
import type { LlamaConfig } from "../../engine/llamaConfig";
import { ConfigError } from "../../errors";

interface LinearWeight {
  readonly name: string;
  /** Path of its module, e.g. `model.layers.0.self_attn.q_proj`. */
  readonly module: string;
  /** Number of inputs. */
  readonly into: number;
}

/** Every linear weight but lm_head, in the model's order. */
function linearWeights(config: LlamaConfig): LinearWeight[] {
  return parameterSpecs(config)
    .filter(({ name }) => name.endsWith("_proj.weight"))
    .map(({ name, shape }) => ({ name, module: name.slice(0, -".weight".length), into: shape[1] as number }));
}

const lastPart = (module: string): string => module.slice(module.lastIndexOf(".") + 1);

/** The parts of a comma list, without blanks. */
export function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/**
 * Names of the weights that `modules` means: `all` every linear layer but lm_head, else a comma list of module names, each standing
 * for all modules whose path ends in it (fact sheet 1.2; PEFT's rule).
 * @param option the option's name, for messages
 * @throws ConfigError on a name that is no linear layer of the model.
 */
export function linearTargets(config: LlamaConfig, modules: string, option: string): string[] {
  const linear = linearWeights(config);
  const wanted = listOf(modules);
  if (wanted.length === 1 && wanted[0] === "all") return linear.map(({ name }) => name);
  const stands = (wish: string, module: string): boolean => module === wish || module.endsWith(`.${wish}`);
  const unknown = wanted.filter((wish) => !linear.some(({ module }) => stands(wish, module)));
  if (wanted.length === 0 || unknown.length > 0) {
    const known = [...new Set(linear.map(({ module }) => lastPart(module)))].join(", ");
    throw new ConfigError(
      `${option}: expected all or some of ${known}, separated by commas, got ${unknown.length > 0 ? unknown.join(", ") : "nothing"}. Name linear layers inside the blocks.`,
    );
  }
  return linear.filter(({ module }) => wanted.some((wish) => stands(wish, module))).map(({ name }) => name);
}

/** Inputs of each target weight. */
export function inputSizes(config: LlamaConfig, targets: readonly string[]): number[] {
  const sizes = new Map(linearWeights(config).map(({ name, into }) => [name, into]));
  return targets.map((target) => {
    const into = sizes.get(target);
    if (into === undefined) throw new ConfigError(`Expected a linear weight of the model, got ${target}. Choose among the projections.`);
    return into;
  });
}

/** The shortest list of module names that means exactly these weights: plain names where every layer has them, else whole paths. */
export function moduleNames(config: LlamaConfig, targets: readonly string[]): string[] {
  const chosen = new Set(targets);
  const linear = linearWeights(config).filter(({ name }) => chosen.has(name));
  const plain = [...new Set(linear.map(({ module }) => lastPart(module)))];
  return linearTargets(config, plain.join(","), "targets").length === linear.length ? plain : linear.map(({ module }) => module);
}
