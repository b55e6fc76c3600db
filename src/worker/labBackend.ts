// The lab as the worker serves it: scenario and engine in, runs of the trainer out.

import { type LabConfig, withDefaults } from "../config";
import type { EngineName } from "../engine/engine";
import { parameterCount } from "../engine/layout";
import type { RecoveringEngine, Recovery } from "../engine/recoveringEngine";
import { chooseEngine, type EngineAssets, engineParts } from "../engine/select";
import { ConfigError, EngineError } from "../errors";
import type { ReadFile } from "../model/modelFolder";
import { inspectRun } from "../gates/inspection";
import { preparePpo } from "../ppo/workflow";
import { PRESETS } from "../scenarios/presets";
import type { Scenario } from "../scenarios/scenario";
import type { ModelFiles } from "./modelFiles";
import type { OpenInfo, OpenRequest, ScenarioInfo, StartRequest, WarmUpProgress } from "./protocol";
import type { LabBackend, LiveControl, StartedRun } from "./server";

/** What a browser tab can be trusted to hold, graphics memory included. */
const MEMORY_LIMIT_BYTES = 2 ** 31;

export interface BackendParts {
  readonly scenarios: readonly Scenario[];
  readonly engines: readonly EngineName[];
  readonly assets: EngineAssets;
  readonly filesAt: (baseUrl: string) => ModelFiles;
}

interface Opened {
  readonly scenario: Scenario;
  readonly engine: RecoveringEngine;
  readonly recoveries: readonly Recovery[];
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
    const recoveries: Recovery[] = [];
    const { engine, rejections, probes } = await chooseEngine(request.engine, engineParts(assets), {
      onProgress: (done, total) => report({ stage: "engine", fraction: done / total }),
      onRecovery: (recovery) => recoveries.push(recovery),
    });
    const { readFile, prefetch } = filesAt(request.baseUrl);
    await prefetch(defaultFolders(scenario), (fraction) => report({ stage: "models", fraction }));
    report({ stage: "networks", fraction: 0 });
    // Set up once and let go: damaged files show now, and compiled code is warm for the first run.
    const trial = await preparePpo({ config: withDefaults(scenario.defaults), scenario, engine, readFile });
    trial.dispose();
    opened = { scenario, engine, recoveries, readFile };
    return { engine: engine.name, adapter: engine.adapter, rejections, probes };
  };

  const needOpened = (): Opened => {
    if (opened === null) throw new EngineError("Expected an open lab before a run starts, got none. Open a scenario first.");
    return opened;
  };

  const inspect = async (config: LabConfig) => inspectRun({ ...needOpened(), config, memoryLimitBytes: MEMORY_LIMIT_BYTES });

  const start = async ({ config, api }: StartRequest, control: LiveControl): Promise<StartedRun> => {
    const { scenario, engine, recoveries, readFile } = needOpened();
    const abortion = new AbortController();
    const access = { consent: api && { origin: api.origin }, apiKey: api?.apiKey ?? null, signal: abortion.signal };
    const run = await preparePpo({ config, scenario, engine, readFile, api: access });
    const firstRecovery = recoveries.length;
    let counted = engine.counters();
    const { vocabSize } = run.tokenizer;
    return {
      info: {
        totalSteps: run.sizes.totalSteps,
        batchSize: run.sizes.batchSize,
        miniBatchSize: run.sizes.miniBatchSize,
        parameters: parameterCount(run.policy.config),
        warnings: run.warnings,
        tokenTexts: Array.from({ length: vocabSize }, (_, id) => run.tokenizer.tokenText(id)),
      },
      events: run.train(control),
      engineReport: () => {
        const before = counted;
        counted = engine.counters();
        return {
          engine: engine.name,
          adapter: engine.adapter,
          kernelCalls: counted.kernelCalls - before.kernelCalls,
          submits: counted.submits - before.submits,
          readbacks: counted.readbacks - before.readbacks,
          recoveries: recoveries.slice(firstRecovery),
        };
      },
      abort: () => abortion.abort(new EngineError("The run was ended while it waited for the reward server.")),
      dispose: () => run.dispose(),
    };
  };

  return { catalog: { scenarios: scenarios.map(scenarioInfo), engines }, open, inspect, start };
}

/** Folders that a run with the scenario's defaults reads. */
function defaultFolders({ policy, defaults, rewardModels }: Scenario): string[] {
  const entry = rewardModels.find(({ type }) => type === defaults.rewardModelType);
  return [policy, ...(entry === undefined || entry.type === "rule" ? [] : [entry.folder])];
}

function scenarioInfo(scenario: Scenario): ScenarioInfo {
  return {
    id: scenario.id,
    about: scenario.about,
    rewardModels: scenario.rewardModels.map(({ id, type, note }) => ({ id, type, note })),
    failures: PRESETS.filter((preset) => preset.scenario === scenario.id),
    defaults: scenario.defaults,
    presets: [
      { id: "scenario", values: scenario.defaults },
      { id: "reference", values: scenario.referencePreset },
    ],
    promptCount: scenario.trainPrompts().length,
  };
}
