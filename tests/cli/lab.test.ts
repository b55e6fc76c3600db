import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseLabArguments } from "../../src/cli/labArguments";
import { REFERENCE_DEFAULTS } from "../../src/config";
import { ConfigError } from "../../src/errors";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function lab(...words: readonly string[]): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["src/cli/bundle.mjs", "lab", ...words], { cwd: root }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

function parsed(...words: readonly string[]) {
  const given = parseLabArguments(words);
  if (given === "help") throw new TypeError("expected a command, got the help text");
  return given;
}

describe("the command line", () => {
  it("starts from the scenario's defaults", () => {
    const { config, engine, scenario, json } = parsed("train", "--scenario", "reviews");
    expect({ engine, scenario: scenario.id, json }).toEqual({ engine: "wasm", scenario: "reviews", json: false });
    expect(config).toEqual({ ...REFERENCE_DEFAULTS, ...scenario.defaults });
  });

  it("puts flags and --set on top", () => {
    const { config } = parsed(
      "train",
      "--seed",
      "7",
      "--steps",
      "3",
      "--set",
      "learningRate=1e-4",
      "--set",
      "earlyStopping=true",
      "--set",
      "scoreClip=null",
    );
    expect(config).toMatchObject({ seed: 7, maxSteps: 3, learningRate: 1e-4, earlyStopping: true, scoreClip: null });
  });

  it("takes the reference's defaults on request", () => {
    const { config } = parsed("train", "--reference-defaults");
    expect(config).toMatchObject({ learningRate: 5e-5, initKlCoef: 0.2, horizon: 10000, topK: 50, temperature: 0.95, maxNewTokens: 24 });
  });

  it.each([
    [["trian"], /expected command to be one of train, record, pretrain, card, config, got "trian"/],
    [[], /expected command/],
    [["train", "--out", "run.ppolab"], /expected --out with record only/],
    [["train", "now"], /expected one command, got train now/],
    [["train", "--stepps", "3"], /Unknown option '--stepps'/],
    [["train", "--engine", "cuda"], /expected --engine to be one of wasm, tfjs-wasm, tfjs-cpu, got "cuda"/],
    [["train", "--scenario", "poems"], /no scenario "poems". Expected one of reviews/],
    [["train", "--steps", "many"], /maxSteps must be a number/],
    [["train", "--steps", ""], /maxSteps must be a number/],
    [["train", "--set", "learningRate"], /expected OPTION=VALUE, got "learningRate"/],
    [["train", "--set", "learning_rate=1"], /no option "learning_rate"/],
    [["train", "--set", "klPenalty=l2"], /klPenalty must be one of kl, abs, mse, full, got "l2"/],
    [["train", "--set", "earlyStopping=yes"], /earlyStopping must be true or false/],
    [["train", "--set", "temperature=0"], /temperature must be more than 0/],
  ])("refuses %j", (words, message) => {
    expect(() => parseLabArguments(words)).toThrow(message);
    expect(() => parseLabArguments(words)).toThrow(ConfigError);
  });
});

describe("npm run lab", () => {
  it("exits with 2 and says what to do when the command line is wrong", async () => {
    const { code, stdout, stderr } = await lab("train", "--speed", "9");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("--help");
  });

  it("prints help and both layers of defaults", async () => {
    expect(await lab("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("--set OPTION=VALUE") });
    const { code, stdout } = await lab("config", "--json", "--set", "gamma=0.9");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      learningRate: { reference: 5e-5 },
      gamma: { reference: 1, scenario: 1, value: 0.9 },
    });
  });

  it("trains two steps and prints one JSON line with every figure", { timeout: 240_000 }, async () => {
    const { code, stdout, stderr } = await lab(
      "train",
      "--scenario",
      "reviews",
      "--engine",
      "wasm",
      "--seed",
      "5",
      "--steps",
      "2",
      "--json",
    );
    expect(code, stderr).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    const report = JSON.parse(lines[0] as string);
    expect(report).toMatchObject({ scenario: "reviews", seed: 5, engine: "wasm", steps: 2, heldoutSamples: 256 });
    const numbers = [
      "seconds",
      "secondsPerStep",
      "proxyBefore",
      "proxyAfter",
      "goldBefore",
      "goldAfter",
      "heldoutGoldBefore",
      "heldoutGoldAfter",
      "klFinal",
      "clipfracMean",
      "distinctResponses",
    ];
    for (const name of numbers) expect(report[name], name).toEqual(expect.any(Number));
    for (const name of ["sentiment", "grammatical", "topic", "skeletons", "meanLength"])
      expect(report[name], name).toEqual({ before: expect.any(Number), after: expect.any(Number) });
    for (const gold of [report.goldBefore, report.goldAfter, report.heldoutGoldBefore, report.heldoutGoldAfter]) {
      expect(gold).toBeGreaterThan(0);
      expect(gold).toBeLessThan(1);
    }
    expect(stderr.match(/^step \d+\/2 /gm)).toHaveLength(2);
  });
});
