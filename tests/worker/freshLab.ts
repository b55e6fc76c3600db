// The lab with real scenario, models, trainer and wasm engine behind a real message channel.

import { existsSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { reviewsScenario } from "../../src/scenarios/reviews/scenario";
import { LabClient } from "../../src/worker/client";
import { labBackend } from "../../src/worker/labBackend";
import { modelFiles } from "../../src/worker/modelFiles";
import { Pulse } from "../../src/worker/pulse";
import { serveLab } from "../../src/worker/server";

const BASE = "http://localhost/";
const shipped = Object.fromEntries(
  readdirSync("public/models/reviews", { recursive: true, encoding: "utf8" })
    .map((file) => join("public/models/reviews", file))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path.slice("public/".length), statSync(path).size]),
);

const closers: (() => void)[] = [];
export const closeLabs = (): void => closers.splice(0).forEach((close) => close());

/** A fresh worker in all but the thread, open on `reviews`; `onBeat` hears its signs of life. */
export async function freshLab(onBeat: () => void = () => {}): Promise<LabClient> {
  const { port1, port2 } = new MessageChannel();
  const close = (): void => {
    port1.close();
    port2.close();
  };
  closers.push(close);
  const client = new LabClient(port1, close);
  const fetchFile = async (url: string): Promise<Response> => {
    const path = join("public", url.slice(BASE.length));
    return existsSync(path) ? new Response(await readFile(path)) : new Response(null, { status: 404 });
  };
  const pulse = new Pulse(onBeat);
  const backend = labBackend({
    scenarios: [reviewsScenario],
    engines: ["wasm"],
    assets: { readKernels: () => readFile("build/kernels.wasm"), tfjsWasmPaths: () => ({}) },
    filesAt: (baseUrl) => modelFiles({ shipped, baseUrl, fetchFile }),
    pulse,
  });
  serveLab(port2, backend, pulse);
  await client.open({ scenario: "reviews", engine: "wasm", baseUrl: BASE }, () => {});
  return client;
}
