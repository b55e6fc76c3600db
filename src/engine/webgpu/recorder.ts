// The command stream to the GPU: dispatches, copies and uploads are recorded and go out together in one submit.

import { EngineError } from "../../errors";
import type { EngineCounters } from "../counters";
import { Arena } from "./arena";
import type { Buffer } from "./buffers";
import { Buffers, UPLOADED } from "./buffers";
import type { Kernel } from "./kernel";
import { UNIFORM_BYTES } from "./kernel";
import type { Pipelines } from "./pipelines";

/** Submits that may be under way before the host waits: far ahead of the GPU, memory and latency grow for nothing. */
const MAX_IN_FLIGHT = 3;
const MAX_WORKGROUPS = 65535;

type Command = (encoder: Encoder) => void;

/** Opens compute passes when they are needed: copies happen outside of them. */
class Encoder {
  private readonly encoder: GPUCommandEncoder;
  private open: GPUComputePassEncoder | null = null;
  constructor(device: GPUDevice) {
    this.encoder = device.createCommandEncoder();
  }
  pass(): GPUComputePassEncoder {
    this.open ??= this.encoder.beginComputePass();
    return this.open;
  }
  outside(): GPUCommandEncoder {
    this.open?.end();
    this.open = null;
    return this.encoder;
  }
}

export class Recorder {
  readonly device: GPUDevice;
  private readonly pipelines: Pipelines;
  private readonly buffers: Buffers;
  private readonly counters: EngineCounters;
  private readonly uniformStride: number;
  private readonly uniformArena = new Arena(16384);
  private readonly inputArena = new Arena(16384);
  private uniforms: Buffer;
  /** Every kernel's view of what the host uploads: words, at offsets that `upload` returned. */
  private inputBuffer: Buffer;
  private commands: Command[] = [];
  /** Upload buffers, needed until the next submit. */
  private staged: GPUBuffer[] = [];
  private inFlight: Promise<undefined>[] = [];

  constructor(device: GPUDevice, pipelines: Pipelines, counters: EngineCounters) {
    this.device = device;
    this.pipelines = pipelines;
    this.buffers = new Buffers(device);
    this.counters = counters;
    const alignment = device.limits.minUniformBufferOffsetAlignment;
    this.uniformStride = Math.ceil(UNIFORM_BYTES / alignment) * alignment;
    this.uniforms = this.buffers.allocate("uniforms", this.uniformArena.words.length, GPUBufferUsage.UNIFORM);
    this.inputBuffer = this.allocate("inputs", this.inputArena.words.length);
  }

  /** Bytes of all buffers that exist now. */
  get bytesInUse(): number {
    return this.buffers.bytesInUse;
  }

  /**
   * A zeroed storage buffer.
   * @throws EngineError when the device cannot bind a buffer of that size.
   */
  allocate(label: string, words: number): Buffer {
    return this.buffers.allocate(label, words);
  }

  /** A buffer that holds these words. */
  table(label: string, words: Uint32Array<ArrayBuffer>): Buffer {
    const buffer = this.allocate(label, words.length);
    this.write(buffer, new Float32Array(words.buffer));
    return buffer;
  }

  /** Compiles kernels that are not there yet. */
  compile(kernels: readonly Kernel[]): Promise<void> {
    return this.pipelines.compile(kernels);
  }

  /** Frees a buffer once the commands recorded so far have been submitted. */
  free(buffer: Buffer): void {
    this.buffers.retire(buffer);
    if (this.commands.length === 0) this.buffers.destroyRetired();
  }

  /** Words for the kernels of this submit; returns the offset, in words, inside `inputs`. */
  upload(values: Int32Array | Uint32Array | Float32Array): number {
    const at = this.inputArena.reserve(Math.ceil(values.length / 4) * 4);
    (values instanceof Float32Array ? this.inputArena.floats : this.inputArena.words).set(values, at);
    return at;
  }

  /**
   * Records one dispatch.
   * @param buffers by name; the name `inputs` stands for the uploaded words and is filled in here
   * @param threads invocations, [x, y] or a single number; rounded up to whole workgroups
   */
  dispatch<B extends string, P extends string>(
    kernel: Kernel<B, P>,
    buffers: Readonly<Record<Exclude<B, "inputs">, Buffer>>,
    parameters: Readonly<Record<P, number>>,
    threads: number | readonly [x: number, y: number],
  ): void {
    const [width, height] = kernel.workgroupSize;
    let [x, y] =
      typeof threads === "number"
        ? [Math.ceil(threads / (width * height)), 1]
        : [Math.ceil(threads[0] / width), Math.ceil(threads[1] / height)];
    if (x > MAX_WORKGROUPS && y === 1) {
      y = Math.ceil(x / MAX_WORKGROUPS);
      x = Math.ceil(x / y);
    }
    if (x === 0 || y === 0) return;
    const uniformAt = this.writeUniforms(kernel, parameters);
    const pipeline = this.pipelines.of(kernel);
    this.commands.push((encoder) => {
      const pass = encoder.pass();
      pass.setPipeline(pipeline.pipeline);
      pass.setBindGroup(0, this.bindGroup(kernel, pipeline.layout, buffers), [uniformAt]);
      pass.dispatchWorkgroups(x, y);
    });
    this.counters.kernelCalls++;
  }

  private writeUniforms(kernel: Kernel, parameters: Readonly<Record<string, number>>): number {
    const at = this.uniformArena.reserve(this.uniformStride / 4);
    let word = at;
    for (const name in kernel.parameters) {
      const target = kernel.parameters[name] === "f32" ? this.uniformArena.floats : this.uniformArena.words;
      target[word++] = parameters[name] as number;
    }
    return at * 4;
  }

  private bindGroup(kernel: Kernel, layout: GPUBindGroupLayout, given: Readonly<Record<string, Buffer>>): GPUBindGroup {
    const bound: Buffer[] = [this.uniforms];
    for (const name in kernel.buffers) {
      const buffer = name === "inputs" ? UPLOADED : (given[name] as Buffer);
      bound.push(buffer === UPLOADED ? this.inputBuffer : buffer);
    }
    return this.buffers.bindGroup(kernel.name, layout, bound);
  }

  /** Runs `record`; when it throws, nothing of what it recorded goes out. */
  atomically<T>(record: () => T): T {
    const before = this.commands.length;
    try {
      return record();
    } catch (error) {
      this.commands.length = before;
      throw error;
    }
  }

  /** Word counts and offsets. */
  copy(from: Buffer, fromWord: number, to: Buffer, toWord: number, words: number): void {
    this.commands.push((encoder) => encoder.outside().copyBufferToBuffer(from.gpu, fromWord * 4, to.gpu, toWord * 4, words * 4));
  }

  /** Fills words with zero. */
  clear(buffer: Buffer, firstWord = 0, words = buffer.bytes / 4 - firstWord): void {
    this.commands.push((encoder) => encoder.outside().clearBuffer(buffer.gpu, firstWord * 4, words * 4));
  }

  /** Records a write of a large block, which would swell the arena, from a buffer of its own. */
  write(buffer: Buffer, values: Float32Array): void {
    const staging = this.device.createBuffer({
      label: "upload",
      size: values.byteLength,
      usage: GPUBufferUsage.COPY_SRC,
      mappedAtCreation: true,
    });
    new Float32Array(staging.getMappedRange()).set(values);
    staging.unmap();
    this.commands.push((encoder) => encoder.outside().copyBufferToBuffer(staging, 0, buffer.gpu, 0, values.byteLength));
    this.staged.push(staging);
    this.counters.bytesUp += values.byteLength;
  }

  /** Writes at once, ahead of all that is recorded. */
  writeNow(buffer: Buffer, values: Float32Array<ArrayBuffer>): void {
    this.device.queue.writeBuffer(buffer.gpu, 0, values);
    this.counters.bytesUp += values.byteLength;
  }

  /** Submits what has been recorded, if anything. */
  flush(): void {
    if (this.commands.length === 0) return;
    this.uniforms = this.send(this.uniformArena, this.uniforms, "uniforms", GPUBufferUsage.UNIFORM);
    this.inputBuffer = this.send(this.inputArena, this.inputBuffer, "inputs", GPUBufferUsage.STORAGE);
    const encoder = new Encoder(this.device);
    for (const command of this.commands) command(encoder);
    this.device.queue.submit([encoder.outside().finish()]);
    this.commands = [];
    this.counters.submits++;
    for (const staging of this.staged) staging.destroy();
    this.staged = [];
    this.buffers.destroyRetired();
    // On a lost device it rejects; the loss is told elsewhere.
    const settled = (): undefined => {
      this.inFlight = this.inFlight.filter((other) => other !== done);
      return undefined;
    };
    const done: Promise<undefined> = this.device.queue.onSubmittedWorkDone().then(settled, settled);
    this.inFlight.push(done);
  }

  private send(arena: Arena, buffer: Buffer, label: string, usage: GPUBufferUsageFlags): Buffer {
    let target = buffer;
    if (arena.words.byteLength > buffer.bytes) {
      target = this.buffers.allocate(label, arena.words.length, usage);
      this.buffers.retire(buffer);
    }
    if (arena.used > 0) this.device.queue.writeBuffer(target.gpu, 0, arena.words, 0, arena.used);
    this.counters.bytesUp += arena.used * 4;
    arena.used = 0;
    return target;
  }

  /** Waits while too many submits are under way. */
  async room(): Promise<void> {
    while (this.inFlight.length >= MAX_IN_FLIGHT) await this.inFlight[0];
  }

  /**
   * Submits everything recorded and reads parts of buffers, one after the other, in one go.
   * @throws EngineError when the device was lost meanwhile.
   */
  async read(
    parts: readonly { readonly buffer: Buffer; readonly word: number; readonly words: number }[],
  ): Promise<Float32Array<ArrayBuffer>> {
    const words = parts.reduce((sum, part) => sum + part.words, 0);
    const size = Math.max(4, words * 4);
    const staging = this.device.createBuffer({ label: "staging", size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    let at = 0;
    for (const { buffer, word, words: count } of parts) {
      const to = at;
      this.commands.push((encoder) => encoder.outside().copyBufferToBuffer(buffer.gpu, word * 4, staging, to * 4, count * 4));
      at += count;
    }
    this.flush();
    this.counters.readbacks++;
    this.counters.bytesDown += words * 4;
    try {
      await staging.mapAsync(GPUMapMode.READ);
      return new Float32Array(staging.getMappedRange().slice(0, words * 4));
    } catch (error) {
      throw new EngineError(
        `WebGPU: results could not be read (${error instanceof Error ? error.message : String(error)}). The device may have been lost.`,
        {
          cause: error,
        },
      );
    } finally {
      staging.destroy();
    }
  }

  dispose(): void {
    this.commands = [];
    for (const staging of this.staged) staging.destroy();
    this.staged = [];
    this.buffers.retire(this.uniforms);
    this.buffers.retire(this.inputBuffer);
    this.buffers.destroyRetired();
  }
}
