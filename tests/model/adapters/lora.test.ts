// LoRA: which weights are adapted, how the adapter starts, its scale, and what merging it gives.

import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/errors";
import { mergeAdapter } from "../../../src/model/adapters/merge";
import { loraScale, newLora } from "../../../src/model/adapters/lora";
import { linearTargets, moduleNames } from "../../../src/model/adapters/targets";
import { BASE, LORA, loraAdapter, MODEL, numbers, projections } from "./adapterCases";

const Q0 = "model.layers.0.self_attn.q_proj.weight";

describe("targets", () => {
  it("are every linear layer but lm_head with all", () => {
    expect(linearTargets(MODEL, "all", "loraTarget")).toEqual(projections.map(({ name }) => name));
    expect(projections.length).toBe(14);
  });

  it("are named modules in the model's order, whatever order they are named in", () => {
    const layer = (i: number) => [`model.layers.${i}.self_attn.q_proj.weight`, `model.layers.${i}.mlp.down_proj.weight`];
    expect(linearTargets(MODEL, " down_proj, q_proj ", "loraTarget")).toEqual([...layer(0), ...layer(1)]);
    expect(linearTargets(MODEL, "self_attn.q_proj", "loraTarget").length).toBe(2);
    expect(linearTargets(MODEL, "model.layers.0.self_attn.q_proj", "loraTarget")).toEqual([Q0]);
  });

  it.each(["q_projection", "lm_head", "embed_tokens", "", ",", "q_proj,all", "proj", "mlp"])(
    "refuse %j with the names there are",
    (text) => {
      expect(() => linearTargets(MODEL, text, "loraTarget")).toThrow(ConfigError);
      expect(() => linearTargets(MODEL, text, "loraTarget")).toThrow(/^loraTarget: expected all or some of q_proj, k_proj/);
    },
  );

  it("come back as plain names when every layer has them, else as paths", () => {
    expect(moduleNames(MODEL, linearTargets(MODEL, "v_proj,up_proj", "loraTarget"))).toEqual(["v_proj", "up_proj"]);
    expect(moduleNames(MODEL, [Q0])).toEqual(["model.layers.0.self_attn.q_proj"]);
  });
});

describe("a new adapter", () => {
  it("has alpha twice the rank unless given, and rsLoRA's root", () => {
    expect(newLora(MODEL, LORA, 1)).toMatchObject({ alpha: 6, useRslora: false, parametrisation: { rank: 3, scale: 2 } });
    expect(newLora(MODEL, { ...LORA, loraAlpha: 12 }, 1).parametrisation.scale).toBe(4);
    expect(newLora(MODEL, { ...LORA, loraRank: 4, loraAlpha: 10, useRslora: true }, 1).parametrisation.scale).toBe(5);
    expect(loraScale(16, 8, true)).toBe(2);
  });

  it("starts as the identity: A uniform within 1/sqrt(in), B zero", () => {
    const { parametrisation, tensors } = newLora(MODEL, LORA, 5);
    expect([...tensors.keys()].length).toBe(28);
    for (const [name, { shape, data }] of tensors) {
      if (name.includes("lora_B")) expect(data.every((x) => x === 0)).toBe(true);
      else {
        const bound = 1 / Math.sqrt(shape[1] as number);
        expect(Math.max(...data.map(Math.abs))).toBeLessThan(bound);
        expect(Math.max(...data)).toBeGreaterThan(0.7 * bound);
        expect(Math.min(...data)).toBeLessThan(-0.7 * bound);
      }
    }
    expect([...mergeAdapter(BASE.weights, { parametrisation, tensors })]).toEqual([...BASE.weights]);
  });

  it("follows the seed, and one target's numbers do not depend on the others", () => {
    const name = "model.layers.1.mlp.up_proj.lora_A.weight";
    const all = newLora(MODEL, LORA, 5).tensors;
    expect(numbers(newLora(MODEL, LORA, 5).tensors, name)).toEqual(numbers(all, name));
    expect(numbers(newLora(MODEL, { ...LORA, loraTarget: "up_proj" }, 5).tensors, name)).toEqual(numbers(all, name));
    expect(numbers(newLora(MODEL, LORA, 6).tensors, name)).not.toEqual(numbers(all, name));
    expect(numbers(all, name)).not.toEqual(numbers(all, name.replace("layers.1", "layers.0")));
  });
});

describe("merging", () => {
  it("adds scale B A to the targets and leaves everything else alone", () => {
    const adapter = loraAdapter({ loraTarget: "q_proj", loraAlpha: 9 });
    const merged = mergeAdapter(BASE.weights, adapter);
    const a = numbers(adapter.tensors, Q0.replace("weight", "lora_A.weight"));
    const b = numbers(adapter.tensors, Q0.replace("weight", "lora_B.weight"));
    const before = numbers(BASE.weights, Q0);
    const after = numbers(merged, Q0);
    // W [32, 16], A [3, 16], B [32, 3], scale 9 / 3.
    for (const [o, i] of [
      [0, 0],
      [31, 15],
      [7, 4],
    ] as const) {
      const delta = [0, 1, 2].reduce((sum, r) => sum + (b[o * 3 + r] as number) * (a[r * 16 + i] as number), 0);
      expect(after[o * 16 + i]).toBeCloseTo((before[o * 16 + i] as number) + 3 * delta, 6);
    }
    for (const [name, tensor] of BASE.weights) if (!name.includes("q_proj")) expect(merged.get(name)).toBe(tensor);
  });
});
