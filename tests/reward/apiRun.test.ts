// A run whose reward server fails in the middle: nothing is trained on bad scores, and the run goes on where it stood.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine";
import { RewardApiError } from "../../src/errors";
import { train } from "../../src/ppo/trainer";
import { initialTrainerState } from "../../src/ppo/trainerState";
import { apiReward, apiUrl } from "../../src/reward/apiReward";
import { ENGINES } from "../engine/engines";
import { allEvents, disposeRun, records, tinyConfig, tinyRun, tinyTokenizer } from "../ppo/tinyRun";
import { type ApiServer, apiServer, type Handler, messagesOf, reply } from "./apiServer";

let engine: Engine;
let server: ApiServer;
beforeAll(async () => {
  const wasm = ENGINES.find(([name]) => name === "wasm");
  if (!wasm) throw new Error("no wasm engine");
  engine = await wasm[1]();
  server = await apiServer(scoring);
});
afterAll(async () => {
  await server.close();
  engine.dispose();
});

/** Every odd token is worth a point. */
const scoring: Handler = (received, response) =>
  reply(response, 200, {
    scores: messagesOf(received).map((text) => text.split(" ").filter((id) => Number(id) % 2 === 1).length),
  });

function reward() {
  return apiReward({
    url: server.url,
    consent: apiUrl(server.url),
    apiKey: null,
    tokenizer: tinyTokenizer,
    rowsPerRequest: tinyConfig().perDeviceTrainBatchSize,
    sleep: async () => {},
    limits: { timeoutMs: 300, retries: 1 },
  });
}

describe("a server that fails in the second step", () => {
  it.each<[string, Handler]>([
    ["with status 500", (_, response) => reply(response, 500, "")],
    ["by hanging", () => {}],
    ["with too few scores", (_, response) => reply(response, 200, { scores: [1] })],
    ["with NaN", (_, response) => reply(response, 200, '{"scores":[1,null,"NaN",1e999]}')],
    [
      "in its second slice only",
      (received, response, count) => (count % 2 === 1 ? scoring(received, response, count) : reply(response, 400, "")),
    ],
  ])("%s leaves the policy as it was, and the run goes on once it is back", async (_, fault) => {
    const config = tinyConfig();
    server.handler = scoring;
    const through = await tinyRun(engine, { rewardModel: reward() });
    const expected = records(await allEvents(train(through)));
    const final = await through.policy.saveState();
    disposeRun(through);

    const state = initialTrainerState(config);
    const inputs = await tinyRun(engine, { rewardModel: reward(), state });
    const generator = train(inputs);
    for (let next = await generator.next(); !next.done && state.step < 1; next = await generator.next());
    const before = await inputs.policy.saveState();
    const stateBefore = structuredClone(state);
    server.received.length = 0;
    server.handler = fault;
    await expect(allEvents(generator)).rejects.toThrow(RewardApiError);
    expect(await inputs.policy.saveState()).toEqual(before);
    expect(state).toEqual(stateBefore);

    server.handler = scoring;
    const rest = records(await allEvents(train(inputs)));
    expect(rest).toEqual(expected.slice(1));
    expect(await inputs.policy.saveState()).toEqual(final);
    disposeRun(inputs);
  });
});
