// Processor time and memory that reading takes, told at the end and held to limits.

import { afterAll, expect, vi } from "vitest";
import { guarded } from "./guards";
import { CASE_LIMIT, processorTime, TARGET_TIMEOUT } from "./settings";

export const MIB = 2 ** 20;
/** MiB over the process's highest mark before; a test file has a process of its own. Without caps the bombs take 500 and more. */
const MOST_MEMORY = 256;

const highestMark = (): number => process.resourceUsage().maxRSS / 1024;
const lines: string[] = [];

/**
 * Reads with time and memory measured; rejects as `read` does.
 * @param limit milliseconds of processor time
 */
export async function measured<T>(read: () => T | Promise<T>, limit = CASE_LIMIT): Promise<T> {
  const [mark, start] = [highestMark(), processorTime()];
  try {
    return await guarded(read);
  } finally {
    const time = processorTime() - start;
    const growth = highestMark() - mark;
    lines.push(`${time.toFixed(0).padStart(6)} ms  +${growth.toFixed(0).padStart(4)} MiB  ${expect.getState().currentTestName ?? ""}`);
    expect(time, "milliseconds of processor time").toBeLessThan(limit);
    expect(growth, "MiB").toBeLessThan(MOST_MEMORY);
  }
}

vi.setConfig({ testTimeout: TARGET_TIMEOUT });
afterAll(() => console.log(lines.join("\n")));
