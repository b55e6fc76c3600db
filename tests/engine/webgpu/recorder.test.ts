// The command stream without a GPU: what reaches the device, and what does not, on a device that only takes notes.

import { beforeEach, describe, expect, test, vi } from "vitest";
import { zeroCounters } from "../../../src/engine/counters";
import { kernel, readWrite } from "../../../src/engine/webgpu/kernel";
import { Pipelines } from "../../../src/engine/webgpu/pipelines";
import { Recorder } from "../../../src/engine/webgpu/recorder";
import { EngineError } from "../../../src/errors";

vi.stubGlobal("GPUBufferUsage", { STORAGE: 128, UNIFORM: 64, COPY_DST: 8, COPY_SRC: 4, MAP_READ: 1 });
vi.stubGlobal("GPUShaderStage", { COMPUTE: 4 });
vi.stubGlobal("GPUMapMode", { READ: 1 });

const LIMIT = 1_000_000;

/** Notes what is dispatched, copied and destroyed; `finish` ends the submits under way. */
function notingDevice() {
  const notes: string[] = [];
  const waiting: (() => void)[] = [];
  const pass = {
    setPipeline: () => {},
    setBindGroup: () => {},
    dispatchWorkgroups: (x: number, y: number) => notes.push(`dispatch ${x} ${y}`),
    end: () => {},
  };
  const encoder = {
    beginComputePass: () => pass,
    copyBufferToBuffer: () => notes.push("copy"),
    clearBuffer: () => notes.push("clear"),
    finish: () => ({}),
  };
  const device = {
    limits: { minUniformBufferOffsetAlignment: 256, maxBufferSize: LIMIT, maxStorageBufferBindingSize: 2 * LIMIT },
    createBuffer: ({ label, size }: { label: string; size: number }) => ({
      getMappedRange: () => new ArrayBuffer(size),
      unmap: () => {},
      mapAsync: async () => {},
      destroy: () => notes.push(`destroy ${label}`),
    }),
    createBindGroup: vi.fn(() => ({})),
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createShaderModule: () => ({}),
    createComputePipelineAsync: async () => ({}),
    createCommandEncoder: () => encoder,
    queue: {
      submit: () => notes.push("submit"),
      writeBuffer: () => {},
      onSubmittedWorkDone: async () => new Promise<void>((resolve) => waiting.push(resolve)),
    },
  };
  return { device, notes, finish: () => waiting.shift()?.() };
}

const touch = kernel({
  name: "touch",
  buffers: { data: readWrite("f32") },
  parameters: { count: "u32" },
  workgroupSize: [64, 1],
  body: "  if (index < p.count) { data[index] += 1.0; }",
});

describe("recorder", () => {
  let noting: ReturnType<typeof notingDevice>;
  let recorder: Recorder;
  const counters = zeroCounters();

  beforeEach(async () => {
    noting = notingDevice();
    const device = noting.device as unknown as GPUDevice;
    const pipelines = new Pipelines(device);
    await pipelines.compile([touch]);
    Object.assign(counters, zeroCounters());
    recorder = new Recorder(device, pipelines, counters);
  });

  test("a buffer larger than the device binds is refused with sizes, and nothing is held", () => {
    const before = recorder.bytesInUse;
    expect(() => recorder.allocate("logits", LIMIT)).toThrow(EngineError);
    expect(() => recorder.allocate("logits", LIMIT)).toThrow(/"logits" needs 4\.0 MB .* at most 1\.0 MB/);
    expect(recorder.bytesInUse).toBe(before);
  });

  test("everything recorded goes out in order in one submit; nothing recorded, nothing goes out", () => {
    const data = recorder.allocate("data", 4);
    recorder.flush();
    expect(noting.notes).toEqual([]);
    recorder.dispatch(touch, { data }, { count: 4 }, 4);
    recorder.copy(data, 0, data, 2, 1);
    recorder.clear(data);
    recorder.dispatch(touch, { data }, { count: 4 }, 100);
    expect(noting.notes).toEqual([]);
    recorder.flush();
    expect(noting.notes).toEqual(["dispatch 1 1", "copy", "clear", "dispatch 2 1", "submit"]);
    expect(counters).toMatchObject({ kernelCalls: 2, submits: 1 });
  });

  test("more workgroups than one dimension takes become two dimensions", () => {
    const data = recorder.allocate("data", 4);
    recorder.dispatch(touch, { data }, { count: 4 }, 64 * 100_000);
    recorder.flush();
    const [, x, y] = (noting.notes[0] as string).split(" ").map(Number) as [number, number, number];
    expect(x).toBeLessThanOrEqual(65535);
    expect(x * y).toBeGreaterThanOrEqual(100_000);
  });

  test("a buffer freed while commands wait for it lives until they are submitted", () => {
    const data = recorder.allocate("data", 4);
    recorder.dispatch(touch, { data }, { count: 4 }, 4);
    recorder.free(data);
    expect(noting.notes).toEqual([]);
    recorder.flush();
    expect(noting.notes).toEqual(["dispatch 1 1", "submit", "destroy data"]);
  });

  test("bind groups are made once per kernel and buffers", () => {
    const data = recorder.allocate("data", 4);
    for (let i = 0; i < 3; i++) {
      recorder.dispatch(touch, { data }, { count: i }, 4);
      recorder.flush();
    }
    expect(noting.device.createBindGroup).toHaveBeenCalledTimes(1);
    recorder.dispatch(touch, { data: recorder.allocate("other", 4) }, { count: 4 }, 4);
    recorder.flush();
    expect(noting.device.createBindGroup).toHaveBeenCalledTimes(2);
  });

  test("what fails half-way leaves nothing to submit, and what came before stays", () => {
    const data = recorder.allocate("data", 4);
    recorder.clear(data);
    expect(() =>
      recorder.atomically(() => {
        recorder.dispatch(touch, { data }, { count: 4 }, 4);
        recorder.allocate("logits", LIMIT);
      }),
    ).toThrow(EngineError);
    recorder.flush();
    expect(noting.notes).toEqual(["clear", "submit"]);
  });

  test("the host waits while three submits are under way", async () => {
    const data = recorder.allocate("data", 4);
    for (let i = 0; i < 3; i++) {
      recorder.clear(data);
      recorder.flush();
    }
    let waited = false;
    const room = recorder.room().then(() => (waited = true));
    await Promise.resolve();
    expect(waited).toBe(false);
    noting.finish();
    await room;
    expect(waited).toBe(true);
  });

  test("uploads beyond the arena's size grow it", () => {
    const data = recorder.allocate("data", 4);
    const before = recorder.bytesInUse;
    expect(recorder.upload(new Uint32Array(3))).toBe(0);
    expect(recorder.upload(new Uint32Array(50_000))).toBe(4);
    recorder.dispatch(touch, { data }, { count: 4 }, 4);
    recorder.flush();
    expect(recorder.bytesInUse).toBeGreaterThan(before);
    expect(noting.notes).toContain("destroy inputs");
    expect(recorder.upload(new Uint32Array(3))).toBe(0);
  });
});
