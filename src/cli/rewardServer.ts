// `npm run reward-server`: a small server on this machine that scores as LLaMA-Factory's API server does, until Ctrl+C.
// Exit codes: 0 ended by a signal, 1 it could not start, 2 the command line is wrong.

import { createNodeEngine, readPublicFile } from "./nodeFiles";
import { parseRewardServerArguments, REWARD_SERVER_USAGE, type RewardServerArguments } from "./rewardServerArguments";
import { type RewardServer, startRewardServer } from "./rewardServerHttp";
import { loadTextScorer } from "./rewardServerScorer";

function warn(problem: unknown): void {
  process.stderr.write(`${problem instanceof Error ? problem.message : String(problem)}\n`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function announce({ scenario, reward, host, apiKey }: RewardServerArguments, { url }: RewardServer): void {
  process.stdout.write(
    `Reward server: scenario ${scenario.id}, reward ${reward.id} (${reward.type}), API key ${apiKey === null ? "not needed" : "needed"}\n` +
      `For a run: rewardModelType api, rewardModel ${url}  (Ctrl+C ends the server)\n`,
  );
  if (!isLoopback(host) && apiKey === null) warn(`Other machines can reach ${host}: set API_KEY, or listen at 127.0.0.1.`);
}

/** Resolves at the first SIGINT or SIGTERM. */
function endRequested(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => resolve());
  });
}

async function serve(given: RewardServerArguments): Promise<void> {
  const { scenario, reward, host, port, apiKey } = given;
  const engine = await createNodeEngine("wasm");
  try {
    const scorer = await loadTextScorer(scenario, reward, { engine, readFile: readPublicFile, maxLength: given.maxLength });
    const server = await startRewardServer({
      host,
      port,
      apiKey,
      modelName: `${scenario.id}/${reward.id}`,
      scorer,
      onError: warn,
    });
    const end = endRequested();
    announce(given, server);
    await end;
    await server.close();
    scorer.dispose();
  } finally {
    engine.dispose();
  }
}

async function main(): Promise<number> {
  let given: ReturnType<typeof parseRewardServerArguments>;
  try {
    given = parseRewardServerArguments(process.argv.slice(2), process.env);
  } catch (error) {
    warn(error);
    return 2;
  }
  if (given === "help") {
    process.stdout.write(`${REWARD_SERVER_USAGE}\n`);
    return 0;
  }
  try {
    await serve(given);
    return 0;
  } catch (error) {
    warn(error);
    return 1;
  }
}

process.exitCode = await main();
