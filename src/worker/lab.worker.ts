// The worker's entry: real scenarios, engines and files behind the protocol.

import tfjsWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import tfjsWasmSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import tfjsWasmThreads from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import kernels from "../../build/kernels.wasm?url";
import { EngineError } from "../errors";
import { SCENARIOS } from "../scenarios/catalogue";
import { labBackend } from "./labBackend";
import { modelFiles } from "./modelFiles";
import { Pulse } from "./pulse";
import { type ServerPort, serveLab } from "./server";

/** Bytes of every file under public/models, by path; filled in by the build. */
declare const SHIPPED_FILES: Readonly<Record<string, number>>;

async function readKernels(): Promise<ArrayBuffer> {
  const response = await fetch(kernels);
  if (!response.ok) throw new EngineError(`Expected the kernels at ${kernels}, got HTTP ${response.status}. Reload the page.`);
  return response.arrayBuffer();
}

const port = globalThis as unknown as ServerPort;
const pulse = new Pulse(() => port.postMessage({ kind: "beat" }, []));

serveLab(
  port,
  labBackend({
    scenarios: SCENARIOS,
    engines: ["webgpu", "wasm", "tfjs-webgpu", "tfjs-wasm", "tfjs-cpu"],
    assets: {
      readKernels,
      tfjsWasmPaths: () => ({
        "tfjs-backend-wasm.wasm": tfjsWasm,
        "tfjs-backend-wasm-simd.wasm": tfjsWasmSimd,
        "tfjs-backend-wasm-threaded-simd.wasm": tfjsWasmThreads,
      }),
    },
    filesAt: (baseUrl) => modelFiles({ shipped: SHIPPED_FILES, baseUrl, fetchFile: (url) => fetch(url) }),
    pulse,
  }),
  pulse,
);
