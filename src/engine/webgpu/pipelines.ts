// From kernel descriptions to compute pipelines with explicit bind-group layouts, compiled asynchronously.

import { EngineError } from "../../errors";
import type { Kernel } from "./kernel";
import { UNIFORM_BYTES, wgsl } from "./kernel";

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

export class Pipelines {
  private readonly device: GPUDevice;
  private readonly ready = new Map<string, Pipeline>();

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /**
   * Compiles kernels that are not there yet, all at once.
   * @param onProgress called after each with (done, total)
   * @throws EngineError naming the kernel that the device refused.
   */
  async compile(kernels: readonly Kernel[], onProgress?: (done: number, total: number) => void): Promise<void> {
    const missing = kernels.filter(({ name }) => !this.ready.has(name));
    let done = 0;
    await Promise.all(
      missing.map(async (kernel) => {
        this.ready.set(kernel.name, await this.compileOne(kernel));
        onProgress?.(++done, missing.length);
      }),
    );
  }

  private async compileOne(kernel: Kernel): Promise<Pipeline> {
    const { device } = this;
    const { name: label } = kernel;
    const layout = device.createBindGroupLayout({
      label,
      entries: [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: "uniform", hasDynamicOffset: true, minBindingSize: UNIFORM_BYTES },
        },
        ...Object.values(kernel.buffers).map(
          ({ access }, i): GPUBindGroupLayoutEntry => ({
            binding: i + 1,
            visibility: GPUShaderStage.COMPUTE,
            buffer: { type: access === "read" ? "read-only-storage" : "storage" },
          }),
        ),
      ],
    });
    const module = device.createShaderModule({ label, code: wgsl(kernel) });
    try {
      const pipeline = await device.createComputePipelineAsync({
        label,
        layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: "main" },
      });
      return { pipeline, layout };
    } catch (error) {
      const { messages } = await module.getCompilationInfo();
      const details = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`).join("; ");
      throw new EngineError(`WebGPU: kernel "${label}" was refused: ${error instanceof Error ? error.message : String(error)} ${details}`, {
        cause: error,
      });
    }
  }

  /** @throws EngineError when the kernel was never compiled. */
  of(kernel: Kernel): Pipeline {
    const pipeline = this.ready.get(kernel.name);
    if (!pipeline) throw new EngineError(`WebGPU: kernel "${kernel.name}" was used before it was compiled. Compile it first.`);
    return pipeline;
  }
}
