// What tests/engine/engines.ts is in Node, for the test page: the engines that are tested there.

import type { Engine } from "../../src/engine/engine";
import { createTfjsEngine } from "../../src/engine/tfjs/engine";

export * from "../engine/driving";

/** By EngineName. */
export const ENGINES: readonly (readonly [string, () => Promise<Engine>])[] = [["tfjs-webgpu", () => createTfjsEngine("webgpu")]];
