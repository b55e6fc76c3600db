// The choice of an engine from facts that are put in place: adapter, start, self-test, probe.

import { describe, expect, test } from "vitest";
import type { Engine, EngineName } from "../../src/engine/engine";
import type { RunningEngine } from "../../src/engine/recoveringEngine";
import { chooseEngine, type EngineParts, type EngineRequest } from "../../src/engine/select";
import { selfTest } from "../../src/engine/selfTest";
import { EngineError } from "../../src/errors";
import { ENGINES } from "./engines";
import { LossyDevice } from "./lossyEngine";

interface Facts {
  readonly gpu?: { name: string; software: boolean } | "noWebgpu" | "noAdapter";
  readonly failing?: readonly EngineName[];
  readonly wrong?: readonly EngineName[];
  /** Milliseconds of the probe. */
  readonly speed?: Partial<Record<EngineName, number>>;
  /** Devices of the webgpu engine, one after the other. */
  readonly devices?: readonly LossyDevice[];
}

const REAL = { name: "a real GPU", software: false };
const MISMATCH = { what: "logprobs", difference: 1, tolerance: 0.001 };

async function choose(request: EngineRequest, { gpu = REAL, failing = [], wrong = [], speed = {}, devices = [] }: Facts) {
  const living = new Set<EngineName>();
  const started: EngineName[] = [];
  const parts: EngineParts = {
    findGpu: async () => gpu,
    start: async (name) => {
      if (failing.includes(name)) throw new EngineError(`${name} does not start`);
      const device = name === "webgpu" ? devices[started.length] : undefined;
      started.push(name);
      living.add(name);
      const engine: Engine = { ...(await (device ?? new LossyDevice()).run()).engine, name, dispose: () => living.delete(name) };
      return { engine, adapter: null, health: device ?? null, release: () => {} } satisfies RunningEngine;
    },
    test: async ({ name }) => (wrong.includes(name) ? MISMATCH : null),
    probe: async ({ name }) => speed[name] ?? 1,
  };
  const choice = await chooseEngine(request, parts, { onProgress: () => {}, onRecovery: () => {} });
  return { ...choice, name: choice.engine.name, living: [...living], started };
}

describe("automatic choice", () => {
  test("a real GPU that is faster runs", async () => {
    const { name, rejections, probes, living } = await choose("auto", { speed: { webgpu: 2, wasm: 20 } });
    expect({ name, rejections, probes, living }).toEqual({
      name: "webgpu",
      rejections: [],
      probes: { webgpu: 2, wasm: 20 },
      living: ["webgpu"],
    });
  });

  test("a GPU that is slower does not", async () => {
    const { name, rejections, living } = await choose("auto", { speed: { webgpu: 30, wasm: 20 } });
    expect([name, living]).toEqual(["wasm", ["wasm"]]);
    expect(rejections).toEqual([{ engine: "webgpu", kind: "slower", milliseconds: 30, than: "wasm", otherMilliseconds: 20 }]);
  });

  test("a software adapter is never chosen, nor started, however fast", async () => {
    const { name, rejections, started } = await choose("auto", { gpu: { name: "SwiftShader", software: true }, speed: { webgpu: 0 } });
    expect([name, started]).toEqual(["wasm", ["wasm"]]);
    expect(rejections).toEqual([{ engine: "webgpu", kind: "softwareAdapter", adapter: "SwiftShader" }]);
  });

  test.each(["noWebgpu", "noAdapter"] as const)("%s: wasm", async (gpu) => {
    const { name, rejections } = await choose("auto", { gpu });
    expect(name).toBe("wasm");
    expect(rejections).toEqual([{ engine: "webgpu", kind: gpu }]);
  });

  test("a GPU that computes wrong numbers is replaced, and so is a wasm that does", async () => {
    const { name, rejections, living } = await choose("auto", { wrong: ["webgpu", "wasm"] });
    expect([name, living]).toEqual(["tfjs-cpu", ["tfjs-cpu"]]);
    expect(rejections).toEqual([
      { engine: "webgpu", kind: "selfTest", mismatch: MISMATCH },
      { engine: "wasm", kind: "selfTest", mismatch: MISMATCH },
    ]);
  });

  test("without wasm the GPU needs no probe", async () => {
    const { name, probes } = await choose("auto", { failing: ["wasm"], speed: { webgpu: 30 } });
    expect([name, probes]).toEqual(["webgpu", {}]);
  });

  test("when nothing runs, every reason is told", async () => {
    await expect(choose("auto", { gpu: "noWebgpu", failing: ["wasm", "tfjs-cpu"] })).rejects.toThrow(
      /webgpu: noWebgpu; wasm: wasm does not start; tfjs-cpu: tfjs-cpu does not start/,
    );
  });
});

describe("an engine that was asked for", () => {
  test("runs without a race, on a software adapter too", async () => {
    const { name, probes, started } = await choose("webgpu", { gpu: { name: "SwiftShader", software: true }, speed: { webgpu: 99 } });
    expect([name, probes, started]).toEqual(["webgpu", {}, ["webgpu"]]);
  });

  test("is replaced when it cannot run", async () => {
    const { name, rejections } = await choose("tfjs-webgpu", { failing: ["tfjs-webgpu"] });
    expect(name).toBe("wasm");
    expect(rejections).toEqual([{ engine: "tfjs-webgpu", kind: "failed", message: "tfjs-webgpu does not start" }]);
  });
});

test("a lost GPU is started once more, then the CPU takes over", async () => {
  const devices = [new LossyDevice(), new LossyDevice()] as const;
  const { engine, started } = await choose("webgpu", { devices });
  const next = async () => {
    const name = await engine.call(async (current) => current.name);
    return name;
  };
  expect(await next()).toBe("webgpu");
  devices[0].lose();
  expect(await next()).toBe("webgpu");
  devices[1].lose();
  expect(await next()).toBe("wasm");
  expect(started).toEqual(["webgpu", "webgpu", "wasm"]);
});

describe("the self-test", () => {
  const named = async (name: string) => (await ENGINES.find(([candidate]) => candidate === name)?.[1]()) as Engine;

  test.each(["wasm", "tfjs-wasm"])("%s passes", async (name) => {
    expect(await selfTest(await named(name), await named("tfjs-cpu"))).toBeNull();
  });

  test.each([
    ["logprobs", 1.01, "logprobs"],
    ["values", 1.01, "values"],
    ["gradients", 1.01, /weight|bias/],
    ["gradients", Number.NaN, /weight|bias/],
  ] as const)("%s times %d are noticed", async (kind, factor, what) => {
    const engine = await named("wasm");
    const wrong: Engine = {
      ...engine,
      createModel: async (spec) => {
        const model = await engine.createModel(spec);
        return new Proxy(model, {
          get: (target, key) => {
            if (key === "evaluate" && kind !== "gradients")
              return async (request: Parameters<typeof model.evaluate>[0]) => {
                const evaluation = await model.evaluate(request);
                return { ...evaluation, [kind]: evaluation[kind].map((x) => x * factor) };
              };
            if (key === "readGradients" && kind === "gradients")
              return async () => {
                const entries = [...(await model.readGradients())];
                return new Map(entries.map(([name, { shape, data }]) => [name, { shape, data: data.map((x) => x * factor) }]));
              };
            const member = Reflect.get(target, key) as unknown;
            return typeof member === "function" ? member.bind(target) : member;
          },
        });
      },
    };
    expect(await selfTest(wrong, await named("tfjs-cpu"))).toMatchObject({ what: expect.stringMatching(what) });
  });
});
