// The device's buffers: made, bound together, and destroyed when nothing recorded needs them any more.

import { EngineError } from "../../errors";
import { UNIFORM_BYTES } from "./kernel";

/** A buffer with the number by which bind groups are remembered. */
export interface Buffer {
  readonly id: number;
  readonly gpu: GPUBuffer;
  readonly bytes: number;
}

/** Stands for the words that the host uploads with a submit. */
export const UPLOADED: Buffer = { id: -1, gpu: null as unknown as GPUBuffer, bytes: 0 };

interface BindGroup {
  readonly group: GPUBindGroup;
  readonly buffers: readonly number[];
}

export class Buffers {
  private readonly device: GPUDevice;
  private readonly bindGroups = new Map<string, BindGroup>();
  private retired: Buffer[] = [];
  private nextId = 0;
  private bytesHeld = 0;

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** Bytes of all buffers that have not been retired. */
  get bytesInUse(): number {
    return this.bytesHeld;
  }

  /**
   * A zeroed buffer of at least `words` words.
   * @throws EngineError when the device cannot bind a buffer of that size.
   */
  allocate(label: string, words: number, usage: GPUBufferUsageFlags = GPUBufferUsage.STORAGE): Buffer {
    const bytes = Math.max(16, Math.ceil(words / 4) * 16);
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (bytes > limit)
      throw new EngineError(
        `WebGPU: "${label}" needs ${megabytes(bytes)} in one buffer, but this graphics device binds at most ${megabytes(limit)}. Choose a smaller model or batch, or the wasm engine.`,
      );
    const gpu = this.device.createBuffer({ label, size: bytes, usage: usage | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
    this.bytesHeld += bytes;
    return { id: this.nextId++, gpu, bytes };
  }

  /** Nobody will record anything with this buffer again. */
  retire(buffer: Buffer): void {
    this.retired.push(buffer);
    this.bytesHeld -= buffer.bytes;
  }

  /** Everything recorded so far has been submitted. */
  destroyRetired(): void {
    if (this.retired.length === 0) return;
    const gone = new Set(this.retired.map(({ id }) => id));
    for (const [key, { buffers }] of this.bindGroups) if (buffers.some((id) => gone.has(id))) this.bindGroups.delete(key);
    for (const { gpu } of this.retired) gpu.destroy();
    this.retired = [];
  }

  /** A kernel's bind group, remembered: uniforms first, then its buffers. */
  bindGroup(kernelName: string, layout: GPUBindGroupLayout, bound: readonly Buffer[]): GPUBindGroup {
    let key = kernelName;
    for (const { id } of bound) key += `,${id}`;
    const known = this.bindGroups.get(key);
    if (known) return known.group;
    const group = this.device.createBindGroup({
      label: kernelName,
      layout,
      entries: bound.map(({ gpu }, binding) => ({
        binding,
        resource: binding === 0 ? { buffer: gpu, size: UNIFORM_BYTES } : { buffer: gpu },
      })),
    });
    this.bindGroups.set(key, { group, buffers: bound.map(({ id }) => id) });
    return group;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
