// The lab as the worker serves it: scenario and engine in, runs of the trainer out.

import { CONFIG_FIELDS, type LabConfig, withDefaults } from "../config";
import type { EngineName } from "../engine/engine";
import { parameterCount } from "../engine/layout";
import type { RecoveringEngine, Recovery } from "../engine/recoveringEngine";
import { chooseEngine, type EngineAssets, engineParts } from "../engine/select";
import { CheckpointError, ConfigError, EngineError } from "../errors";
import type { ReadFile } from "../model/modelFolder";
import { inspectRun } from "../gates/inspection";
import { modelHashes } from "../ppo/modelHashes";
import { checkFits } from "../ppo/checkpoint";
import { parseResumeState, type ResumeState } from "../ppo/checkpointState";
import { loadPolicyStart } from "../ppo/policyStart";
import { preparePpo } from "../ppo/workflow";
import { PRESETS } from "../scenarios/presets";
import type { Scenario } from "../scenarios/scenario";
import type { ModelFiles } from "./modelFiles";
import type { OpenInfo, OpenRequest, RunSnapshot, ScenarioInfo, StartRequest, WarmUpProgress } from "./protocol";
import { beatingEngine, type Pulse } from "./pulse";
import type { LabBackend, LiveControl, StartedRun } from "./server";
import { workerRun } from "./workerRun";

/** What a browser tab can be trusted to hold, graphics memory included. */
const MEMORY_LIMIT_BYTES = 2 ** 31;

export interface BackendParts {
  readonly scenarios: readonly Scenario[];
  readonly engines: readonly EngineName[];
  readonly assets: EngineAssets;
  readonly filesAt: (baseUrl: string) => ModelFiles;
  /** Beats with every call of the engine. */
  readonly pulse: Pulse;
}

interface Opened {
  readonly scenario: Scenario;
  readonly engine: RecoveringEngine;
  readonly recoveries: readonly Recovery[];
  readonly readFile: ReadFile;
}

export function labBackend({ scenarios, engines, assets, filesAt, pulse }: BackendParts): LabBackend {
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

  const start = async (
    { config, api, resume }: StartRequest,
    control: LiveControl,
    endEarlier: () => Promise<void>,
  ): Promise<StartedRun> => {
    const { scenario, engine, recoveries, readFile } = needOpened();
    const checkpoint = resume && (await fittingCheckpoint(resume, config, scenario, readFile));
    await endEarlier();
    const abortion = new AbortController();
    const access = { consent: api && { origin: api.origin }, apiKey: api?.apiKey ?? null, signal: abortion.signal };
    const run = await preparePpo({ config, scenario, engine: beatingEngine(engine, pulse), readFile, api: access });
    const prepared = async () => {
      const models = await modelHashes({ start: run.start, scenario, config, readFile });
      return { models, going: await workerRun({ run, scenario: scenario.id, config, control, resume: checkpoint }) };
    };
    const { models, going } = await prepared().catch((reason: unknown) => {
      run.dispose();
      throw reason;
    });
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
        models,
      },
      events: going.events(),
      eventsAfter: (reason) => going.eventsAfter(reason),
      snapshot: () => going.snapshot(),
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

/** @throws CheckpointError unless this is a whole snapshot of a run of this scenario, on its present models and under these options. */
async function fittingCheckpoint(snapshot: RunSnapshot, config: LabConfig, scenario: Scenario, readFile: ReadFile): Promise<ResumeState> {
  const checkpoint = parseResumeState(snapshot.state, snapshot.tensors);
  const saved = checkpoint.state.config;
  const other = CONFIG_FIELDS.filter((field) => !Object.is(saved[field], config[field]));
  if (other.length > 0)
    throw new CheckpointError(
      `Snapshot: expected the options that it was saved with, got others: ${other.map((field) => `${field} ${JSON.stringify(config[field])} instead of ${JSON.stringify(saved[field])}`).join(", ")}. Resume with the options of that run.`,
    );
  checkFits(await loadPolicyStart(readFile, scenario.policy, config), scenario.id, checkpoint);
  return checkpoint;
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
