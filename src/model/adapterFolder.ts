// A folder in PEFT's layout to a LoRA or OFT adapter with its value head, and back (fact sheet 6.5, 7.3, 7.4).

import type { ValueHead } from "../engine/engine";
import { checkTensors, type NamedTensor, type NamedTensors, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import { adapterSpecs } from "../engine/theta";
import { CheckpointError, ShapeError } from "../errors";
import { shownText } from "../shownValue";
import type { LocalText } from "../localText";
import { type Adapter, valueHeadOf, valueHeadTensors } from "./adapters/adapter";
import { ADAPTER_CONFIG_FILE, type AdapterSizes, formatAdapterConfig, parseAdapterConfig } from "./adapters/adapterConfig";
import { baseHash } from "./adapters/baseHash";
import { loraScale } from "./adapters/lora";
import { oftTargets } from "./adapters/oft";
import { linearTargets, moduleNames } from "./adapters/targets";
import type { ReadFile } from "./modelFolder";
import { readSafetensors, writeSafetensors } from "./safetensors";

/** The model that an adapter is put on. */
export interface AdapterBase {
  readonly config: LlamaConfig;
  /** With other adapters merged in, if the new one acts on top of them. */
  readonly weights: NamedTensors;
}

export interface AdapterFolder {
  readonly adapter: Adapter;
  /** null when the folder has none. */
  readonly valueHead: ValueHead | null;
  readonly warnings: readonly LocalText[];
}

export interface SaveAdapterOptions {
  /** The base the adapter was trained on: its hash goes into the folder. */
  readonly base: AdapterBase;
  /** `base_model_name_or_path`. */
  readonly baseName: string;
  readonly valueHead: ValueHead | null;
  readonly dtype: "F32" | "F16";
}

const WEIGHTS_FILE = "adapter_model.safetensors";
const VALUE_HEAD_FILE = "value_head.safetensors";
const PREFIX = "base_model.model.";

/**
 * Reads adapter_config.json, adapter_model.safetensors and, if there is one, value_head.safetensors.
 * @throws CheckpointError when a file is missing or damaged, the adapter is of a kind that the lab does not compute, does not fit
 * `base`, or says that it was trained on another base (quirk Q34).
 */
export async function loadAdapterFolder(readFile: ReadFile, folder: string, base: AdapterBase): Promise<AdapterFolder> {
  const read = async (file: string): Promise<Uint8Array> => {
    try {
      return await readFile(`${folder}/${file}`);
    } catch (error) {
      throw new CheckpointError(`Adapter folder ${folder}: cannot read ${file} (${String(error)}). Expected a folder in PEFT's layout.`);
    }
  };
  const stated = parseAdapterConfig(new TextDecoder().decode(await read(ADAPTER_CONFIG_FILE)));
  const stateDict = readSafetensors(await read(WEIGHTS_FILE)).tensors;
  const headBytes = await readFile(`${folder}/${VALUE_HEAD_FILE}`).catch(() => null);
  const { adapter, warnings } = assembleAdapter(base.config, stated.sizes, stateDict);
  const identity = checkBase(folder, stated.baseHash, base.weights);
  return {
    adapter,
    valueHead: headBytes && readValueHead(folder, headBytes, base.config),
    warnings: [...stated.warnings, ...warnings, ...identity],
  };
}

/** The files of an adapter folder by name, as PEFT 0.21 reads them; value_head.safetensors only with a value head. */
export function saveAdapterFolder(adapter: Adapter, options: SaveAdapterOptions): Map<string, Uint8Array> {
  const { base, baseName, valueHead, dtype } = options;
  const { parametrisation } = adapter;
  const targets = parametrisation.kind === "lora" ? parametrisation.targets : parametrisation.targets.map(({ name }) => name);
  const specs = adapterSpecs(base.config, parametrisation);
  checkTensors(specs, adapter.tensors);
  const named = new Map(specs.map(({ name }) => [PREFIX + name, adapter.tensors.get(name) as NamedTensor]));
  const config = formatAdapterConfig(adapter, {
    targetModules: moduleNames(base.config, targets),
    baseName,
    baseHash: baseHash(base.weights),
  });
  const files = new Map([
    [ADAPTER_CONFIG_FILE, new TextEncoder().encode(config)],
    [WEIGHTS_FILE, writeSafetensors(named, dtype)],
  ]);
  if (valueHead) files.set(VALUE_HEAD_FILE, writeSafetensors(valueHeadTensors(valueHead), dtype));
  return files;
}

/**
 * An adapter of these sizes out of a state dict: its targets are those that the tensors name. Names may carry PEFT's and TRL's
 * prefixes and an adapter name (`.default.`, `.reward.`), as in memory.
 * @throws CheckpointError when a tensor is unknown, missing or of another shape.
 */
export function assembleAdapter(
  config: LlamaConfig,
  sizes: AdapterSizes,
  stateDict: NamedTensors,
): { adapter: Adapter; warnings: readonly LocalText[] } {
  const tensors = new Map([...stateDict].map(([name, tensor]) => [plainName(name, sizes.kind), tensor]));
  if (tensors.size < stateDict.size)
    throw new CheckpointError(
      "Adapter weights: expected one adapter, got several tensors of one name. Save the adapters in folders of their own.",
    );
  const named = new Set([...tensors.keys()].map((name) => name.replace(/(lora_A|lora_B|oft_R)\.weight$/, "weight")));
  const targets = linearTargets(config, "all", "targets").filter((target) => named.delete(target));
  const [stranger] = named;
  if (stranger !== undefined || targets.length === 0)
    throw new CheckpointError(
      `Adapter weights: expected adapted linear layers of the base model, got ${shownText(stranger ?? "none")}. Use an adapter of this base.`,
    );
  const built = build(config, sizes, targets);
  try {
    checkTensors(adapterSpecs(config, built.adapter.parametrisation), tensors);
  } catch (error) {
    if (error instanceof ShapeError) throw new CheckpointError(`Adapter: ${error.message}`);
    throw error;
  }
  const ordered = adapterSpecs(config, built.adapter.parametrisation).map(({ name }) => [name, tensors.get(name) as NamedTensor] as const);
  return { adapter: { ...built.adapter, tensors: new Map(ordered) }, warnings: built.warnings };
}

function build(config: LlamaConfig, sizes: AdapterSizes, names: readonly string[]): { adapter: Adapter; warnings: readonly LocalText[] } {
  const tensors: NamedTensors = new Map();
  if (sizes.kind === "lora") {
    const { rank, alpha, useRslora } = sizes;
    const scale = loraScale(rank, alpha, useRslora);
    return {
      adapter: { kind: "lora", parametrisation: { kind: "lora", rank, scale, targets: names }, alpha, useRslora, tensors },
      warnings: [],
    };
  }
  const { rank, blockSize, cayley } = sizes;
  const { targets, warnings } = oftTargets(config, names, { rank, blockSize });
  return { adapter: { kind: "oft", parametrisation: { kind: "oft", cayley, targets }, rank, blockSize, tensors }, warnings };
}

/** `pretrained_model.base_model.model.` + `model.layers.0.mlp.up_proj.lora_A` + `.default` + `.weight` to the lab's name. */
function plainName(name: string, kind: AdapterSizes["kind"]): string {
  const tensor = kind === "lora" ? "lora_[AB]" : "oft_R";
  const [, plain] =
    new RegExp(`^(?:pretrained_model\\.)?(?:base_model\\.model\\.)?(.+\\.${tensor})(?:\\.(?:default|reward))?\\.weight$`).exec(name) ?? [];
  if (plain === undefined)
    throw new CheckpointError(
      `Adapter weights: expected tensors of a ${kind === "lora" ? "LoRA" : "OFT"} adapter only, got ${shownText(name)}. Use an adapter without other parts.`,
    );
  return `${plain}.weight`;
}

/** @throws CheckpointError when the adapter names another base; warns when it names none. */
function checkBase(folder: string, stated: string | null, weights: NamedTensors): LocalText[] {
  if (stated === null)
    return [
      {
        en: `Adapter ${folder}: its folder does not say which base it was trained on. Shapes fit; whether it belongs to this base, you have to know (quirk Q34).`,
        vi: `Adapter ${folder}: thư mục không cho biết nó được huấn luyện trên mô hình gốc nào. Kích thước khớp, nhưng bạn phải tự biết nó có thuộc mô hình gốc này không (điểm lạ Q34).`,
      },
    ];
  const own = baseHash(weights);
  if (stated !== own)
    throw new CheckpointError(
      `Adapter ${folder}: expected one that was trained on this base (${own}), got one of another base (${shownText(stated)}). Use the base it was trained on, or a reward model of type full or api (quirk Q34).`,
    );
  return [];
}

function readValueHead(folder: string, bytes: Uint8Array, { hiddenSize }: LlamaConfig): ValueHead {
  const { tensors } = readSafetensors(bytes);
  try {
    checkTensors(
      [
        { name: VALUE_HEAD_WEIGHT, shape: [1, hiddenSize], decayGroup: "decay" },
        { name: VALUE_HEAD_BIAS, shape: [1], decayGroup: "noDecay" },
      ],
      tensors,
    );
  } catch (error) {
    if (error instanceof ShapeError) throw new CheckpointError(`Adapter folder ${folder}, ${VALUE_HEAD_FILE}: ${error.message}`);
    throw error;
  }
  return valueHeadOf(tensors);
}
