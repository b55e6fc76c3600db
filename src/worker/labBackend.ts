// The lab as the worker serves it: scenario and engine in, runs of the trainer out.

import { type LabConfig, withDefaults } from "../config";
import type { Engine, EngineName } from "../engine/engine";
import { parameterCount } from "../engine/layout";
import { createEngine, type EngineAssets } from "../engine/select";
import { ConfigError, EngineError } from "../errors";
import type { ReadFile } from "../model/modelFolder";
import { preparePpo } from "../ppo/workflow";
import type { Scenario } from "../scenarios/scenario";
import type { ModelFiles } from "./modelFiles";
import type { OpenInfo, OpenRequest, ScenarioInfo, WarmUpProgress } from "./protocol";
import type { LabBackend, LiveControl, StartedRun } from "./server";

export interface BackendParts {
  readonly scenarios: readonly Scenario[];
  readonly engines: readonly EngineName[];
  readonly assets: EngineAssets;
  readonly filesAt: (baseUrl: string) => ModelFiles;
}

/** The engine that runs everywhere. */
const FALLBACK: EngineName = "wasm";

interface Opened {
  readonly scenario: Scenario;
  readonly engine: Engine;
  readonly readFile: ReadFile;
}

export function labBackend({ scenarios, engines, assets, filesAt }: BackendParts): LabBackend {
  let opened: Opened | null = null;

  const open = async (request: OpenRequest, report: (progress: WarmUpProgress) => void): Promise<OpenInfo> => {
    opened?.engine.dispose();
    opened = null;
    const scenario = scenarios.find(({ id }) => id === request.scenario);
    if (scenario === undefined)
      throw new ConfigError(
        `Expected one of the scenarios ${scenarios.map(({ id }) => id).join(", ")}, got ${request.scenario}. Choose one of these.`,
      );
    report({ stage: "engine", fraction: 0 });
    const { engine, fallbackReason } = await engineOrFallback(request.engine, assets);
    const { readFile, prefetch } = filesAt(request.baseUrl);
    const folders = [...new Set(Object.values(scenario.models))];
    await prefetch(folders, (fraction) => report({ stage: "models", fraction }));
    report({ stage: "networks", fraction: 0 });
    // Set up once and let go: damaged files show now, and compiled code is warm for the first run.
    const trial = await preparePpo({ config: withDefaults(scenario.defaults), scenario, engine, readFile });
    trial.dispose();
    opened = { scenario, engine, readFile };
    return { engine: engine.name, fallbackReason };
  };

  const start = async (config: LabConfig, control: LiveControl): Promise<StartedRun> => {
    if (opened === null) throw new EngineError("Expected an open lab before a run starts, got none. Open a scenario first.");
    const run = await preparePpo({ config, ...opened });
    const { vocabSize } = run.tokenizer;
    return {
      info: {
        totalSteps: run.sizes.totalSteps,
        batchSize: run.sizes.batchSize,
        miniBatchSize: run.sizes.miniBatchSize,
        parameters: parameterCount(run.policy.config),
        tokenTexts: Array.from({ length: vocabSize }, (_, id) => run.tokenizer.tokenText(id)),
      },
      events: run.train(control),
      dispose: () => run.dispose(),
    };
  };

  return { catalog: { scenarios: scenarios.map(scenarioInfo), engines }, open, start };
}

async function engineOrFallback(name: EngineName, assets: EngineAssets): Promise<{ engine: Engine; fallbackReason: string | null }> {
  try {
    return { engine: await createEngine(name, assets), fallbackReason: null };
  } catch (error) {
    if (name === FALLBACK || !(error instanceof EngineError)) throw error;
    return { engine: await createEngine(FALLBACK, assets), fallbackReason: error.message };
  }
}

function scenarioInfo(scenario: Scenario): ScenarioInfo {
  return {
    id: scenario.id,
    defaults: scenario.defaults,
    presets: [
      { id: "scenario", values: scenario.defaults },
      { id: "reference", values: scenario.referencePreset },
    ],
    promptCount: scenario.trainPrompts().length,
  };
}
