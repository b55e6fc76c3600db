import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { NamedTensor } from "../../src/engine/layout";
import { CheckpointError } from "../../src/errors";
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from "../../src/model/halfPrecision";
import { readSafetensors, writeSafetensors } from "../../src/model/safetensors";

const golden = new Uint8Array(readFileSync(new URL("../golden/llama_model.safetensors", import.meta.url)));

/** A file with this header text (padded to a multiple of 8) and this many data bytes. */
function fileOf(header: string, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(header.padEnd(Math.ceil(header.length / 8) * 8));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  return bytes;
}

const tensorMap = fc
  .uniqueArray(
    fc.record({
      name: fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== "__metadata__" && name !== "__proto__"),
      shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
    }),
    { selector: ({ name }) => name, maxLength: 5 },
  )
  .chain((specs) =>
    fc.tuple(
      ...specs.map(({ name, shape }) => {
        const size = shape.reduce((a, b) => a * b, 1);
        return fc.float32Array({ minLength: size, maxLength: size }).map((data): [string, NamedTensor] => [name, { shape, data }]);
      }),
    ),
  )
  .map((entries) => new Map(entries));

describe("reading", () => {
  test("the golden model, as another program wrote it", () => {
    const { tensors, metadata } = readSafetensors(golden);
    expect(metadata).toEqual({ format: "pt" });
    expect(tensors.get("lm_head.weight")?.shape).toEqual([35, 16]);
    expect(tensors.get("model.norm.weight")?.shape).toEqual([16]);
    // lm_head.weight is first in the data: its first number lies right behind the header.
    const view = new DataView(golden.buffer, golden.byteOffset);
    expect(tensors.get("lm_head.weight")?.data[0]).toBe(view.getFloat32(8 + view.getUint32(0, true), true));
  });

  test("F16 and BF16 are widened", () => {
    const header = '{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]}}';
    const bytes = fileOf(header, 6);
    // 0x3e00 = 1.5 and 0xc000 = -2 in float16, 0x4049 = 3.140625 in bfloat16.
    bytes.set([0x00, 0x3e, 0x00, 0xc0, 0x49, 0x40], bytes.length - 6);
    const { tensors } = readSafetensors(bytes);
    expect([...(tensors.get("a")?.data ?? [])]).toEqual([1.5, -2]);
    expect([...(tensors.get("b")?.data ?? [])]).toEqual([3.140625]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /at least 8 bytes/],
    ["a header longer than the file", golden.slice(0, 100), /header of 2072 bytes/],
    ["a header beyond the cap", Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255), /header of at most/],
    ["a header that is not JSON", fileOf("{", 0), /not JSON/],
    ["a header that is a list", fileOf("[]", 0), /not a JSON object/],
    ["metadata of numbers", fileOf('{"__metadata__":{"a":1}}', 0), /__metadata__\.a/],
    ["an integer tensor", fileOf('{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}', 8), /F32, F16 or BF16, got "I64"/],
    ["a negative size", fileOf('{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', 4), /shape of a/],
    ["a size overflow", fileOf('{"a":{"dtype":"F32","shape":[9e15,9e15],"data_offsets":[0,4]}}', 4), /shape of a|needs/],
    ["offsets of another size", fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4), /needs 8 bytes/],
    ["offsets beyond the end", fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 4), /need 8 bytes of data/],
    ["bytes that belong to no tensor", fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 8), /need 4 bytes of data/],
    [
      "overlapping tensors",
      fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}', 6),
      /b begins at byte 2, expected 4/,
    ],
    ["a gap", fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8), /a begins at byte 4, expected 0/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(CheckpointError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  test("every truncation is refused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: golden.length - 1 }), (length) => {
        expect(() => readSafetensors(golden.subarray(0, length))).toThrow(CheckpointError);
      }),
    );
  });

  test("flipped header bits are read or refused with CheckpointError, never anything else", () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 * 2080 - 1 }), (bit) => {
        const bytes = golden.slice();
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
          refused++;
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  test("any bytes are read or refused with CheckpointError", () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 0, max: 16 }), (header, dataBytes) => {
        try {
          readSafetensors(fileOf(header, dataBytes));
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
    );
  });
});

describe("writing", () => {
  test("F32 round trip is bit-exact and aligned", () => {
    fc.assert(
      fc.property(tensorMap, (tensors) => {
        const bytes = writeSafetensors(tensors, "F32");
        expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
        const back = readSafetensors(bytes).tensors;
        expect([...back.keys()].sort()).toEqual([...tensors.keys()].sort());
        for (const [name, { shape, data }] of tensors) {
          expect(back.get(name)?.shape).toEqual(shape);
          expect(new Uint32Array(back.get(name)?.data.buffer ?? new ArrayBuffer(0))).toEqual(new Uint32Array(data.slice().buffer));
        }
      }),
    );
  });

  test("F16 keeps values within half a unit in the last of 11 bits", () => {
    const data = Float32Array.from({ length: 2000 }, (_, i) => (i - 1000) * 0.0123);
    const back = readSafetensors(writeSafetensors(new Map([["x", { shape: [2000], data }]]), "F16")).tensors.get("x");
    data.forEach((x, i) => expect(Math.abs((back?.data[i] ?? NaN) - x)).toBeLessThanOrEqual(Math.abs(x) * 2 ** -11));
  });

  test("refuses what float16 cannot hold, and shapes that do not fit the data", () => {
    const one = (value: number, shape: number[]) => new Map([["x", { shape, data: Float32Array.of(value) }]]);
    expect(() => writeSafetensors(one(65520, [1]), "F16")).toThrow(/x\[0\] = 65520 does not fit float16/);
    expect(() => writeSafetensors(one(65519, [1]), "F16")).not.toThrow();
    expect(() => writeSafetensors(one(1, [2]), "F32")).toThrow(CheckpointError);
  });
});

describe("half precision", () => {
  test("every float16 survives the way to float32 and back", () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const back = float32ToFloat16(float16ToFloat32(all));
    all.forEach((half, i) => {
      const isNaN16 = (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0;
      if (isNaN16 ? !Number.isNaN(float16ToFloat32(back.subarray(i, i + 1))[0]) : back[i] !== half)
        expect.fail(`pattern ${half} became ${back[i]}`);
    });
  });

  test("rounds to the nearest float16, ties to even", () => {
    // Neighbours of 1 are 1 - 2^-11 and 1 + 2^-10; the smallest subnormal is 2^-24.
    const cases: [number, number][] = [
      [1 + 2 ** -11, 1],
      [1 + 3 * 2 ** -11, 1 + 2 ** -9],
      [1 + 2 ** -11 + 2 ** -20, 1 + 2 ** -10],
      [2 ** -25, 0],
      [3 * 2 ** -25, 2 ** -23],
      [1.0001 * 2 ** -25, 2 ** -24],
      [2 ** -14 - 2 ** -26, 2 ** -14],
      [-65519, -65504],
      [65520, Infinity],
      [-0, -0],
    ];
    const rounded = float16ToFloat32(float32ToFloat16(Float32Array.from(cases, ([x]) => x)));
    cases.forEach(([, expected], i) => expect(rounded[i]).toBe(expected));
  });

  test("bfloat16 is the upper half of float32", () => {
    expect([...bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc000, 0x0000, 0x7f80))]).toEqual([1, -2, 0, Infinity]);
  });
});
