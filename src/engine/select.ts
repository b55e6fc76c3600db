// Which engine runs, and why not another: by capability, by the start-up self-test and by a timed probe. Loads only what is tried.

import { EngineError } from "../errors";
import type { Engine, EngineName } from "./engine";
import { RecoveringEngine, type Recovery, type RunningEngine } from "./recoveringEngine";
import { probe } from "./probe";
import { selfTest, type SelfTestMismatch } from "./selfTest";
import { createWasmEngine } from "./wasm/engine";
import { findAdapter, type GpuAdapter, openDevice } from "./webgpu/device";

/** Files an engine is made of; the caller knows where they are (a bundler's addresses in the browser, paths in Node). */
export interface EngineAssets {
  /** Our compiled kernels, `build/kernels.wasm`. */
  readonly readKernels: () => Promise<BufferSource>;
  /** tfjs's three .wasm files: address or path by file name. */
  readonly tfjsWasmPaths: () => Readonly<Record<string, string>>;
}

export type EngineRequest = EngineName | "auto";

/** Why an engine that was considered does not run. */
export type Rejection = { readonly engine: EngineName } & (
  | { readonly kind: "noWebgpu" | "noAdapter" }
  /** Never chosen by itself. */
  | { readonly kind: "softwareAdapter"; readonly adapter: string }
  /** Milliseconds of the probe. */
  | { readonly kind: "slower"; readonly milliseconds: number; readonly than: EngineName; readonly otherMilliseconds: number }
  | { readonly kind: "selfTest"; readonly mismatch: SelfTestMismatch }
  | { readonly kind: "failed"; readonly message: string }
);

export interface EngineChoice {
  /** Goes on after the loss of a device: once on a new one, then on the CPU. */
  readonly engine: RecoveringEngine;
  readonly rejections: readonly Rejection[];
  /** Milliseconds of the probe by engine; empty when there was nothing to choose. */
  readonly probes: Readonly<Partial<Record<EngineName, number>>>;
}

/** Kernels compiled so far, of how many. */
export type StartProgress = (done: number, total: number) => void;

/** What the choice is made of; tests put others in place. */
export interface EngineParts {
  readonly findGpu: () => Promise<Pick<GpuAdapter, "name" | "software"> | "noWebgpu" | "noAdapter">;
  readonly start: (name: EngineName, onProgress: StartProgress) => Promise<RunningEngine>;
  readonly test: (engine: Engine) => Promise<SelfTestMismatch | null>;
  readonly probe: (engine: Engine) => Promise<number>;
}

/** First come, first chosen; the last is the reference that the others are tested against. */
const ORDER: readonly EngineName[] = ["webgpu", "wasm", "tfjs-cpu"];
const REFERENCE: EngineName = "tfjs-cpu";

/** Times that a GPU process gets to come back after it has died, and the pause before each. */
const ADAPTER_TRIES = 5;
const ADAPTER_PAUSE_MS = 200;

/** The engines as they are here. */
export function engineParts(assets: EngineAssets): EngineParts {
  return {
    findGpu: findAdapter,
    start: (name, onProgress) => startEngine(name, assets, onProgress),
    test: async (engine) => {
      const { createTfjsEngine } = await import("./tfjs/engine");
      const reference = await createTfjsEngine("cpu");
      try {
        return await selfTest(engine, reference);
      } finally {
        reference.dispose();
      }
    },
    probe,
  };
}

/** @throws EngineError when the engine cannot run here. */
export async function createEngine(name: EngineName, assets: EngineAssets): Promise<Engine> {
  return (await startEngine(name, assets, () => {})).engine;
}

/** @throws EngineError when the engine cannot run here. */
async function startEngine(name: EngineName, assets: EngineAssets, onProgress: StartProgress): Promise<RunningEngine> {
  if (name === "wasm") return onCpu(await createWasmEngine(await assets.readKernels()));
  if (name === "webgpu") {
    const gpu = await openGpu();
    const { createWebgpuEngine } = await import("./webgpu/engine");
    return { engine: await createWebgpuEngine(gpu, onProgress), adapter: gpu.adapterName, health: gpu.health, release: gpu.release };
  }
  const { createTfjsEngine } = await import("./tfjs/engine");
  switch (name) {
    case "tfjs-webgpu": {
      const gpu = await openGpu();
      return { engine: await createTfjsEngine("webgpu", { gpu }), adapter: gpu.adapterName, health: gpu.health, release: gpu.release };
    }
    case "tfjs-wasm":
      return onCpu(await createTfjsEngine("wasm", { wasmPaths: assets.tfjsWasmPaths() }));
    case "tfjs-cpu":
      return onCpu(await createTfjsEngine("cpu"));
  }
}

function onCpu(engine: Engine): RunningEngine {
  return { engine, adapter: null, health: null, release: () => {} };
}

async function openGpu() {
  let found = await findAdapter();
  for (let tries = 1; found === "noAdapter" && tries < ADAPTER_TRIES; tries++) {
    await new Promise((resolve) => setTimeout(resolve, ADAPTER_PAUSE_MS));
    found = await findAdapter();
  }
  if (found === "noWebgpu") throw new EngineError("WebGPU: expected a browser with WebGPU, got none. Choose another engine.");
  if (found === "noAdapter") throw new EngineError("WebGPU: expected a GPU that the browser uses, got none. Choose another engine.");
  return openDevice(found);
}

/**
 * The engine asked for, or the best that works: `auto` prefers the GPU where it is real and faster, then wasm, then the reference.
 * @throws EngineError when not even the last engine runs.
 */
export async function chooseEngine(
  request: EngineRequest,
  parts: EngineParts,
  { onProgress, onRecovery }: { readonly onProgress: StartProgress; readonly onRecovery: (recovery: Recovery) => void },
): Promise<EngineChoice> {
  const rejections: Rejection[] = [];
  const probes: Partial<Record<EngineName, number>> = {};

  /** The engine when it works; else null, and the reason is told. */
  const attempt = async (engine: EngineName): Promise<RunningEngine | null> => {
    if (engine === "webgpu" && request === "auto") {
      const gpu = await parts.findGpu();
      if (typeof gpu === "string") return reject({ engine, kind: gpu });
      if (gpu.software) return reject({ engine, kind: "softwareAdapter", adapter: gpu.name });
    }
    let running: RunningEngine | null = null;
    try {
      running = await parts.start(engine, onProgress);
      const mismatch = engine === REFERENCE ? null : await parts.test(running.engine);
      const error = running.health?.loss() ?? running.health?.takeError();
      if (error) throw error;
      if (!mismatch) return running;
      reject({ engine, kind: "selfTest", mismatch });
    } catch (error) {
      reject({ engine, kind: "failed", message: messageOf(error) });
    }
    if (running) end(running);
    return null;
  };
  const reject = (rejection: Rejection): null => {
    rejections.push(rejection);
    return null;
  };

  const firstOf = async (names: readonly EngineName[]): Promise<RunningEngine> => {
    for (const name of names) {
      const running = await attempt(name);
      if (running) return running;
    }
    const reasons = rejections.map((rejection) => `${rejection.engine}: ${"message" in rejection ? rejection.message : rejection.kind}`);
    throw new EngineError(`Expected at least one engine that works here, got none (${reasons.join("; ")}). Try another browser.`);
  };

  /** Keeps the faster of the two. */
  const race = async (gpu: RunningEngine): Promise<RunningEngine> => {
    const cpu = await attempt("wasm");
    if (!cpu) return gpu;
    const otherMilliseconds = (probes.wasm = await parts.probe(cpu.engine));
    try {
      const milliseconds = (probes.webgpu = await parts.probe(gpu.engine));
      if (milliseconds < otherMilliseconds) {
        end(cpu);
        return gpu;
      }
      reject({ engine: "webgpu", kind: "slower", milliseconds, than: "wasm", otherMilliseconds });
    } catch (error) {
      reject({ engine: "webgpu", kind: "failed", message: messageOf(error) });
    }
    end(gpu);
    return cpu;
  };

  const onCpuOnly = ORDER.filter((name) => name !== "webgpu");
  const names = request === "auto" ? ORDER : [request, ...onCpuOnly.filter((name) => name !== request)];
  const first = await firstOf(names);
  const chosen = request === "auto" && first.engine.name === "webgpu" ? await race(first) : first;
  const engine = new RecoveringEngine(chosen, {
    replace: (losses) => firstOf(losses === 1 ? [chosen.engine.name, ...onCpuOnly] : onCpuOnly),
    onRecovery,
  });
  return { engine, rejections, probes };
}

function end({ engine, release }: RunningEngine): void {
  engine.dispose();
  release();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
