// Checkpoints that no run saved: with right checksums too, they are whole and fitting or refused with a sentence.

import fc from "fast-check";
import { test } from "vitest";
import { withDefaults } from "../../src/config";
import { crc32 } from "../../src/crc32";
import type { Parametrisation } from "../../src/engine/engine";
import { type NamedTensor, sizeOf } from "../../src/engine/layout";
import { thetaSpecs } from "../../src/engine/theta";
import { CheckpointError } from "../../src/errors";
import { readSafetensors, writeSafetensors } from "../../src/model/safetensors";
import { formatResumeState, parseResumeState, type ResumeState, STATE_FILE, STATE_TENSORS_FILE } from "../../src/ppo/checkpointState";
import { initialTrainerState } from "../../src/ppo/trainerState";
import { TINY_MODEL } from "../ppo/tinyRun";
import { byteEdits, editBytes, textOf, utf8 } from "./byteEdits";
import { fuzz } from "./fuzz";
import { editJson, jsonEdits, seldom } from "./jsonEdits";
import { sameData } from "./sameData";
import { TARGET_TIMEOUT } from "./settings";

const Q_PROJ = "model.layers.0.self_attn.q_proj.weight";
const KINDS: readonly Parametrisation[] = [
  { kind: "freeze", trained: ["model.norm.weight"] },
  { kind: "lora", rank: 2, scale: 2, targets: [Q_PROJ] },
  { kind: "oft", cayley: { kind: "neumann", terms: 5 }, targets: [{ name: Q_PROJ, blockSize: 4 }] },
  { kind: "full" },
];

function resumeState(parametrisation: Parametrisation): ResumeState {
  const tensors = (scale: number): Map<string, NamedTensor> =>
    new Map(
      thetaSpecs(TINY_MODEL, parametrisation).map(({ name, shape }) => [
        name,
        { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => scale * ((i % 7) - 3)) },
      ]),
    );
  const policy = { parameters: tensors(0.1), firstMoments: tensors(0.01), secondMoments: tensors(0.001), optimizerSteps: 9 };
  const config = withDefaults({ maxSteps: 4 });
  const entry = { step: 1, loss: 0.5, reward: Number.NaN, learningRate: 1e-4, epoch: 0.5, elapsedSeconds: 2 };
  return {
    scenario: "tiny",
    baseHash: "00ff",
    modelConfig: TINY_MODEL,
    parametrisation,
    policy,
    state: {
      ...initialTrainerState(config),
      step: 2,
      klCoef: -0,
      best: parametrisation.kind === "lora" ? { stepsDone: 1, heldoutGold: 0.5, policy } : null,
    },
    log: { totalSteps: 4, elapsedSeconds: 3, entries: [entry] },
  };
}

const FILES = KINDS.map((kind) => {
  const files = formatResumeState(resumeState(kind));
  return { json: files.get(STATE_FILE) as Uint8Array, tensors: files.get(STATE_TENSORS_FILE) as Uint8Array };
});
const file = (kind: number) => FILES[kind] as (typeof FILES)[number];

/** What is read is written and read again. */
function expectSame(json: Uint8Array, tensors: Uint8Array): string {
  const state = parseResumeState(json, tensors);
  const again = formatResumeState(state);
  const same = parseResumeState(again.get(STATE_FILE) as Uint8Array, again.get(STATE_TENSORS_FILE) as Uint8Array);
  if (!sameData(withoutSign(same), withoutSign(state))) throw new TypeError("Expected the checkpoint to come back as it was.");
  return "read";
}

/** The options are written as plain JSON, which has no -0. */
function withoutSign({ state, ...rest }: ResumeState): object {
  const config = Object.fromEntries(Object.entries(state.config).map(([name, value]) => [name, value === 0 ? 0 : value]));
  return { ...rest, state: { ...state, config } };
}

const GOOD_HEAD = '"format":"ppo-lab-checkpoint","version":1';
const OTHER_HEADS = ['"format":"ppo-lab-checkpoint","version":2', '"format":"another","version":1', '"format":"ppo-lab-checkpoint"'];
/** What does not fit the tensors, or no model at all. */
const OTHER_KINDS: readonly Parametrisation[] = [
  ...KINDS,
  { kind: "lora", rank: 0, scale: 2, targets: [Q_PROJ] },
  { kind: "lora", rank: 2, scale: 2, targets: ["lm_head.weight"] },
  { kind: "oft", cayley: { kind: "exact" }, targets: [{ name: Q_PROJ, blockSize: 5 }] },
  { kind: "freeze", trained: ["constructor"] },
];

/** The JSON file around these contents with the checksum that its reader computes. */
function signed(contents: string, head = GOOD_HEAD): Uint8Array {
  let text = "";
  try {
    text = JSON.stringify(JSON.parse(contents));
  } catch {
    // Too deep to be written; the reader has to refuse it before.
  }
  return utf8(`{${head},"crc32":"${crc32(utf8(text))}","contents":${contents}}`);
}

interface StateFile {
  readonly contents: Record<string, unknown>;
}
const contentsOf = (json: Uint8Array): Record<string, unknown> => (JSON.parse(textOf(json)) as StateFile).contents;

test("bytes of either file: flipped, cut, shifted, overwritten", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "checkpoint bytes",
    cases: fc.record({ kind: fc.nat(2), edits: byteEdits, inTensors: fc.boolean() }),
    read: ({ kind, edits, inTensors }) => {
      const { json, tensors } = file(kind);
      return inTensors ? expectSame(json, editBytes(tensors, edits)) : expectSame(editBytes(json, edits), tensors);
    },
    errors: [CheckpointError],
    refusals: {
      "not JSON": /expected JSON, got text/,
      "checksum of the JSON": /expected contents with CRC-32/,
      "checksum of the tensors": /that ppo_lab_state.json names/,
    },
    accepted: [],
  }),
);

test("contents: bent JSON under a right checksum", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "checkpoint JSON",
    cases: fc.record({
      kind: fc.nat(KINDS.length - 1),
      parametrisation: seldom(fc.constantFrom(...OTHER_KINDS)),
      head: seldom(fc.constantFrom(...OTHER_HEADS)),
      edits: jsonEdits,
    }),
    read: ({ kind, parametrisation, head, edits }) => {
      const { json, tensors } = file(kind);
      const contents = { ...contentsOf(json), ...(parametrisation && { parametrisation }) };
      return expectSame(signed(editJson(contents, edits), head ?? GOOD_HEAD), tensors);
    },
    errors: [CheckpointError],
    refusals: {
      "another format": /expected a checkpoint of PPO Lab|expected format version/,
      "too deep": /expected JSON of at most 100 levels/,
      "a field": /^ppo_lab_state\.json(\.[\w[\].]+)*: expected/,
      model: /^config\.json: /,
      options: /options are not valid/,
      "tensors of another shape": /Weights: expected/,
      "targets of another model": /Adapter: expected|Freeze: expected|LoRA: expected|OFT: expected/,
    },
    accepted: ["read"],
  }),
);

const tensorEdit = fc.oneof(
  fc.record({ kind: fc.constant("drop"), at: fc.nat(99) }),
  fc.record({ kind: fc.constant("rename"), at: fc.nat(99), name: fc.constantFrom("__proto__", "constructor", "policy.parameters.x", "") }),
  fc.record({ kind: fc.constant("reshape"), at: fc.nat(99), shape: fc.array(fc.nat(4), { maxLength: 3 }) }),
  fc.record({ kind: fc.constant("value"), at: fc.nat(99), value: fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 3.4e38, 1e-45) }),
);

test("tensors: missing, renamed, reshaped, not finite, damaged under a right checksum", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "checkpoint tensors",
    cases: fc.record({
      kind: fc.nat(2),
      edits: fc.array(tensorEdit, { maxLength: 2 }),
      damage: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: byteEdits }),
    }),
    read: ({ kind, edits, damage }) => {
      const { json, tensors } = file(kind);
      const named = [...readSafetensors(tensors).tensors];
      for (const edit of edits) {
        const at = edit.at % named.length;
        const [name, tensor] = named[at] as [string, NamedTensor];
        if (edit.kind === "drop") named.splice(at, 1);
        else if (edit.kind === "rename") named[at] = [edit.name, tensor];
        else if (edit.kind === "reshape") named[at] = [name, { shape: edit.shape, data: new Float32Array(sizeOf(edit.shape)) }];
        // A tensor reshaped to nothing has no value to change.
        else if (tensor.data.length > 0) named[at] = [name, { ...tensor, data: tensor.data.with(0, edit.value) }];
      }
      const bent = editBytes(writeSafetensors(new Map(named), "F32"), damage);
      const contents = { ...contentsOf(json), tensors: { bytes: bent.length, crc32: crc32(bent) } };
      return expectSame(signed(JSON.stringify(contents)), bent);
    },
    errors: [CheckpointError],
    refusals: {
      "not a tensor file": /The \.safetensors file is damaged/,
      "missing or of another shape": /Weights: expected/,
      "not finite": /expected finite numbers/,
    },
    accepted: ["read"],
  }),
);
