// The worker's backend with the shipped models, the real engine and the real trainer; files come from the disk.

import { existsSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { withDefaults } from "../../src/config";
import { reviewsScenario } from "../../src/scenarios/reviews/scenario";
import { labBackend } from "../../src/worker/labBackend";
import { modelFiles } from "../../src/worker/modelFiles";
import type { WarmUpProgress } from "../../src/worker/protocol";
import { Pulse } from "../../src/worker/pulse";
import { type LabBackend, LiveControl } from "../../src/worker/server";

const NOTHING_EARLIER = async (): Promise<void> => {};
const BASE = "http://localhost/lab/";
const folders = ["models/reviews/policy", "models/reviews/reward"];
const shipped = Object.fromEntries(
  folders.flatMap((folder) =>
    readdirSync(join("public", folder)).map((file) => [`${folder}/${file}`, statSync(join("public", folder, file)).size]),
  ),
);

function backend(damaged?: string): LabBackend {
  const fetchFile = async (url: string): Promise<Response> => {
    const path = join("public", url.slice(BASE.length));
    if (!existsSync(path)) return new Response(null, { status: 404 });
    const bytes = await readFile(path);
    return new Response(damaged !== undefined && path.endsWith(damaged) ? bytes.subarray(0, bytes.length >> 1) : bytes);
  };
  return labBackend({
    scenarios: [reviewsScenario],
    engines: ["wasm", "tfjs-webgpu"],
    assets: { readKernels: () => readFile("build/kernels.wasm"), tfjsWasmPaths: () => ({}) },
    filesAt: (baseUrl) => modelFiles({ shipped, baseUrl, fetchFile }),
    pulse: new Pulse(() => {}),
  });
}

const CONFIG = withDefaults({
  ...reviewsScenario.defaults,
  perDeviceTrainBatchSize: 4,
  gradientAccumulationSteps: 1,
  ppoBufferSize: 1,
  ppoEpochs: 1,
  maxNewTokens: 8,
  maxSteps: 1,
});

describe("the lab's backend", () => {
  let lab: LabBackend;
  const progress: WarmUpProgress[] = [];
  beforeAll(async () => {
    lab = backend();
    await lab.open({ scenario: "reviews", engine: "wasm", baseUrl: BASE }, (step) => progress.push(step));
  });

  it("lists its scenario with both layers of defaults", () => {
    const [scenario] = lab.catalog.scenarios;
    expect(scenario).toMatchObject({ id: "reviews", defaults: reviewsScenario.defaults });
    expect(scenario?.presets.map(({ id }) => id)).toEqual(["scenario", "reference"]);
    expect(scenario?.promptCount).toBe(reviewsScenario.trainPrompts().length);
  });

  it("tells how the warm-up goes, stage by stage", () => {
    expect([...new Set(progress.map(({ stage }) => stage))]).toEqual(["engine", "models", "networks"]);
    const models = progress.filter(({ stage }) => stage === "models").map(({ fraction }) => fraction);
    expect(models).toEqual(models.toSorted((a, b) => a - b));
    expect(models.at(-1)).toBeCloseTo(1, 9);
  });

  it("runs the trainer on the shipped models", async () => {
    const run = await lab.start({ config: CONFIG, api: null, resume: null }, new LiveControl(), NOTHING_EARLIER);
    expect(run.info).toMatchObject({ totalSteps: 1, batchSize: 4, miniBatchSize: 4 });
    expect(run.info.tokenTexts.length).toBeGreaterThan(100);
    const phases: string[] = [];
    for await (const event of run.events) phases.push(event.phase);
    run.dispose();
    expect([...new Set(phases)]).toEqual(["tokens", "rollout", "score", "advantages", "minibatch", "step"]);
  });

  it("starts the same run twice from the same weights", async () => {
    const scores: number[][] = [];
    for (let i = 0; i < 2; i++) {
      const run = await lab.start({ config: CONFIG, api: null, resume: null }, new LiveControl(), NOTHING_EARLIER);
      for await (const event of run.events) if (event.phase === "step") scores.push(Array.from(event.record.scores));
      run.dispose();
    }
    expect(scores[0]).toEqual(scores[1]);
    expect(scores[0]?.length).toBe(4);
  });

  it("looks at a run before it starts", async () => {
    const reports = await lab.inspect(CONFIG);
    expect(reports.map(({ id, verdict }) => [id, verdict])).toEqual([
      ["vocabulary", "pass"],
      ["template", "pass"],
      ["rewardModel", "pass"],
      ["batch", "warn"],
      ["memory", "pass"],
      ["sampling", "pass"],
      ["advice", "pass"],
    ]);
    await expect(backend().inspect(CONFIG)).rejects.toMatchObject({ name: "EngineError" });
  });

  it("refuses wrong options with a ConfigError", async () => {
    await expect(
      lab.start({ config: { ...CONFIG, cliprange: -1 }, api: null, resume: null }, new LiveControl(), NOTHING_EARLIER),
    ).rejects.toMatchObject({
      name: "ConfigError",
    });
  });
});

describe("what can go wrong", () => {
  const request = { scenario: "reviews", engine: "wasm", baseUrl: BASE } as const;

  it("a damaged model file is refused while warming up", async () => {
    await expect(backend("model.safetensors").open(request, () => {})).rejects.toMatchObject({ name: "CheckpointError" });
  });

  it("an engine that cannot run here is replaced, and the reason told", async () => {
    const info = await backend().open({ ...request, engine: "tfjs-webgpu" }, () => {});
    expect(info.engine).toBe("wasm");
    expect(info.rejections).toMatchObject([{ engine: "tfjs-webgpu", kind: "failed", message: expect.stringMatching(/webgpu/i) }]);
  });

  it("an unknown scenario is refused", async () => {
    await expect(backend().open({ ...request, scenario: "none" }, () => {})).rejects.toMatchObject({ name: "ConfigError" });
  });

  it("a run needs an open lab", async () => {
    await expect(backend().start({ config: CONFIG, api: null, resume: null }, new LiveControl(), NOTHING_EARLIER)).rejects.toMatchObject({
      name: "EngineError",
    });
  });
});
