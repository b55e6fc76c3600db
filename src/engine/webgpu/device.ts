// From the browser's WebGPU to the one device that our kernels and tfjs share; its errors and its loss are kept for whoever asks.

import { DeviceLostError, EngineError } from "../../errors";
import type { EngineHealth } from "../health";

/** Of everything that the limits of a compute pipeline depend on, as much as the adapter offers. */
const WANTED_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxUniformBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxBindingsPerBindGroup",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** CPU implementations of the graphics interfaces below WebGPU, as they call themselves. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b|\bcpu\b/i;

export interface GpuAdapter {
  readonly adapter: GPUAdapter;
  /** For people. */
  readonly name: string;
  /** The adapter is a program on the CPU. */
  readonly software: boolean;
}

/** One device; `device` and `adapterName` are what the WebGPU engine needs. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly adapterName: string;
  /** The adapter is a program on the CPU. */
  readonly software: boolean;
  readonly adapterInfo: GPUAdapterInfo;
  readonly health: EngineHealth;
  /** Destroys the device; that is no loss. */
  readonly release: () => void;
}

/** The fastest adapter; `noWebgpu`: the browser has no WebGPU (here); `noAdapter`: it has, but no device that it would use. */
export async function findAdapter(): Promise<GpuAdapter | "noWebgpu" | "noAdapter"> {
  if (typeof navigator === "undefined" || !("gpu" in navigator)) return "noWebgpu";
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) return "noAdapter";
  const { vendor, architecture, device, description } = adapter.info;
  const facts = [vendor, architecture, device, description].join(" ");
  return {
    adapter,
    name: description || device || [vendor, architecture].filter((part) => part !== "").join(" ") || "unknown",
    software: adapter.info.isFallbackAdapter || SOFTWARE.test(facts),
  };
}

/**
 * A device with all that the adapter offers. An adapter gives one device only: find it anew for another.
 * @throws EngineError when the adapter gives none.
 */
export async function openDevice({ adapter, name, software }: GpuAdapter): Promise<Gpu> {
  const requiredLimits = Object.fromEntries(WANTED_LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  const device = await adapter.requestDevice({ requiredLimits }).catch((cause: unknown) => {
    throw new EngineError(`WebGPU: expected a device from the adapter ${name}, got: ${String(cause)}. Choose another engine.`, { cause });
  });
  const health = new GpuHealth(device, name);
  return {
    device,
    adapterName: name,
    software,
    adapterInfo: adapter.info,
    health,
    release: () => {
      health.release();
      device.destroy();
    },
  };
}

/** Remembers what went wrong on a device outside of any call. */
class GpuHealth implements EngineHealth {
  private lossError: DeviceLostError | null = null;
  private error: EngineError | null = null;
  private released = false;
  private readonly listeners = new Set<(loss: DeviceLostError) => void>();

  constructor(device: GPUDevice, adapterName: string) {
    device.onuncapturederror = ({ error }) => {
      const advice =
        error instanceof GPUOutOfMemoryError ? "Lower the batch size or the lengths, or close other tabs." : "Choose another engine.";
      this.error ??= new EngineError(`WebGPU: ${error.constructor.name} on ${adapterName}: ${error.message}. ${advice}`);
    };
    void this.awaitLoss(device, adapterName);
  }

  private async awaitLoss(device: GPUDevice, adapterName: string): Promise<void> {
    const { reason, message } = await device.lost;
    if (this.released) return;
    this.lossError = new DeviceLostError(
      `WebGPU: the device ${adapterName} was lost (${reason}: ${message}). The lab goes on from its last snapshot.`,
    );
    for (const listener of this.listeners) listener(this.lossError);
  }

  loss(): DeviceLostError | null {
    return this.lossError;
  }

  takeError(): EngineError | null {
    const { error } = this;
    this.error = null;
    return error;
  }

  onLoss(listener: (loss: DeviceLostError) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  release(): void {
    this.released = true;
  }
}
