// The trained tensors of each parametrisation: names, shapes and weight-decay groups, in one fixed order.

import { ShapeError } from "../errors";
import { shownText } from "../shownValue";
import type { LoraParametrisation, OftParametrisation, Parametrisation } from "./engine";
import { checkTensors, type NamedTensors, type ParameterSpec, parameterSpecs, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "./layout";
import type { LlamaConfig } from "./llamaConfig";

const isValueHead = ({ name }: ParameterSpec): boolean => name === VALUE_HEAD_WEIGHT || name === VALUE_HEAD_BIAS;

/** `....q_proj.weight` to `....q_proj.lora_A.weight`: names as on disk without the `base_model.model.` prefix (fact sheet 6.5). */
export function adapterTensorName(target: string, tensor: "lora_A" | "lora_B" | "oft_R"): string {
  return target.replace(/weight$/, `${tensor}.weight`);
}

/**
 * Tensors of an adapter, target by target. LoRA: A [rank, in], then B [out, rank]. OFT: R [in / b, b (b - 1) / 2], one skew block a row.
 * @throws ShapeError when a target is no linear weight of the model or named twice, the rank is not at least 1, or a block size is
 * below 2 or does not divide its target's input size.
 */
export function adapterSpecs(config: LlamaConfig, parametrisation: LoraParametrisation | OftParametrisation): ParameterSpec[] {
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  const shapeOf = (target: string): [number, number] => {
    const shape = shapes.get(target);
    if (!shape || shape.length !== 2 || !target.includes("_proj."))
      throw new ShapeError(
        `Adapter: expected linear weights of the model as targets, each once, got ${shownText(target)}. Choose among the projections.`,
      );
    shapes.delete(target);
    return shape as [number, number];
  };
  if (parametrisation.kind === "lora") {
    if (!(Number.isInteger(parametrisation.rank) && parametrisation.rank >= 1))
      throw new ShapeError(`LoRA: expected a whole number from 1 as rank, got ${parametrisation.rank}. Choose 8, the reference's default.`);
    return parametrisation.targets.flatMap((target): ParameterSpec[] => {
      const [out, into] = shapeOf(target);
      return [
        { name: adapterTensorName(target, "lora_A"), shape: [parametrisation.rank, into], decayGroup: "decay" },
        { name: adapterTensorName(target, "lora_B"), shape: [out, parametrisation.rank], decayGroup: "decay" },
      ];
    });
  }
  return parametrisation.targets.map(({ name, blockSize }): ParameterSpec => {
    const [, into] = shapeOf(name);
    if (!(blockSize >= 2 && into % blockSize === 0))
      throw new ShapeError(
        `OFT: expected a block size from 2 that divides the ${into} inputs of ${name}, got ${blockSize}. Choose a divisor.`,
      );
    return { name: adapterTensorName(name, "oft_R"), shape: [into / blockSize, (blockSize * (blockSize - 1)) / 2], decayGroup: "decay" };
  });
}

/**
 * Theta's tensors: `full` every parameter of the model, `freeze` the trained ones, `lora` and `oft` the adapter's; the value head
 * always, at the end.
 * @throws ShapeError as `adapterSpecs`, or when a frozen model is to train a tensor that it does not have.
 */
export function thetaSpecs(config: LlamaConfig, parametrisation: Parametrisation): ParameterSpec[] {
  const all = parameterSpecs(config);
  const head = all.filter(isValueHead);
  switch (parametrisation.kind) {
    case "full":
      return all;
    case "freeze": {
      const trained = new Set(parametrisation.trained);
      const specs = all.filter((spec) => !isValueHead(spec) && trained.delete(spec.name));
      const [unknown] = trained;
      if (unknown !== undefined)
        throw new ShapeError(`Freeze: expected tensors of the model, got ${shownText(unknown)}. Name its own tensors.`);
      return [...specs, ...head];
    }
    case "lora":
    case "oft":
      return [...adapterSpecs(config, parametrisation), ...head];
  }
}

/** @throws ShapeError naming the first tensor of theta that is missing or wrongly shaped. */
export function checkTheta(config: LlamaConfig, parametrisation: Parametrisation, tensors: NamedTensors): void {
  checkTensors(thetaSpecs(config, parametrisation), tensors);
}
