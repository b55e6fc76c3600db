// One tfjs backend made ready: what runs on it, what goes up and down, and how often. Nothing else here awaits the device.

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import { EngineError } from "../../errors";
import { type EngineCounters, zeroCounters } from "../counters";

export type TfjsBackend = "webgpu" | "wasm" | "cpu";

export interface TfjsOptions {
  /** Where the three files of the wasm backend are, by file name; needed for `wasm`. */
  readonly wasmPaths?: Readonly<Record<string, string>>;
  /** The device that the webgpu backend runs on, so that others can share it; without it the backend asks for its own. */
  readonly gpu?: { readonly device: GPUDevice; readonly adapterInfo: GPUAdapterInfo };
}

/** The device that was handed to the webgpu backend. */
let sharedDevice: GPUDevice | null = null;

/** Kernel calls per backend since the page was loaded; tfjs shares its kernels among all users of a backend. */
const kernelCalls = new Map<TfjsBackend, number>();

function countKernelCalls(backend: TfjsBackend): void {
  if (kernelCalls.has(backend)) return;
  kernelCalls.set(backend, 0);
  for (const kernel of tf.getKernelsForBackend(backend)) {
    const compute = kernel.kernelFunc;
    kernel.kernelFunc = (call) => {
      kernelCalls.set(backend, (kernelCalls.get(backend) ?? 0) + 1);
      return compute(call);
    };
  }
}

/** Only the chosen backend is loaded, so a page does not fetch what it does not use. */
async function loadBackend(backend: TfjsBackend, options: TfjsOptions): Promise<void> {
  if (backend === "cpu") await import("@tensorflow/tfjs-backend-cpu");
  else if (backend === "webgpu") {
    const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
    const { gpu } = options;
    if (!gpu || gpu.device === sharedDevice) return;
    sharedDevice = gpu.device;
    tf.removeBackend("webgpu");
    tf.registerBackend("webgpu", () => new WebGPUBackend(gpu.device, gpu.adapterInfo));
  } else {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    if (!options.wasmPaths)
      throw new EngineError("tfjs-wasm: expected options.wasmPaths with the places of the backend's .wasm files, got none.");
    setWasmPaths({ ...options.wasmPaths });
    // Threads gain nothing at these sizes and hang in minified, cross-origin isolated pages.
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  }
}

export class TfjsRuntime {
  readonly backend: TfjsBackend;
  private readonly transfers = zeroCounters();
  private readonly kernelCallsBefore: number;

  private constructor(backend: TfjsBackend) {
    this.backend = backend;
    this.kernelCallsBefore = kernelCalls.get(backend) ?? 0;
  }

  /** @throws EngineError when the backend cannot start here. */
  static async start(backend: TfjsBackend, options: TfjsOptions): Promise<TfjsRuntime> {
    tf.env().set("PROD", true);
    await loadBackend(backend, options);
    const started = await tf.setBackend(backend).catch((cause: unknown) => {
      throw new EngineError(`tfjs: the ${backend} backend did not start (${String(cause)}). Choose another engine.`, { cause });
    });
    if (!started) throw new EngineError(`tfjs: the ${backend} backend did not start. Choose another engine.`);
    countKernelCalls(backend);
    return new TfjsRuntime(backend);
  }

  /** Runs `compute` on this backend and frees every tensor it made except the ones it returns. */
  run<T extends tf.TensorContainer>(compute: () => T): T {
    // Another engine may have switched the backend since; switching to a started one takes effect at once.
    if (tf.getBackend() !== this.backend) void tf.setBackend(this.backend);
    return tf.tidy(compute);
  }

  upload(data: Float32Array | Int32Array, shape: number[]): tf.Tensor {
    this.transfers.bytesUp += data.byteLength;
    return tf.tensor(data, shape, data instanceof Int32Array ? "int32" : "float32");
  }

  /** Waits for a tensor's numbers and hands back a copy; the tensor stays. */
  async download(tensor: tf.Tensor): Promise<Float32Array> {
    const data = await tensor.data<"float32">();
    this.transfers.readbacks++;
    this.transfers.bytesDown += data.byteLength;
    return data.slice();
  }

  /** As `download`, and frees the tensor. */
  async take(tensor: tf.Tensor): Promise<Float32Array> {
    try {
      return await this.download(tensor);
    } finally {
      tensor.dispose();
    }
  }

  counters(): EngineCounters {
    return { ...this.transfers, kernelCalls: (kernelCalls.get(this.backend) ?? 0) - this.kernelCallsBefore };
  }
}
