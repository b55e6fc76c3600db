// The report's content: what it says of run, options, curves and token, in both languages; its colours are the light theme's.

import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { LIGHT, lightColour } from "../../../app/files/report/palette";
import { type ReportContent, reportContent, reportText, type ReportWords } from "../../../app/files/report/reportContent";
import { addSteps, newRecording, shownRun } from "../../../app/replay/recording";
import { INITIAL_STATE, type RunState } from "../../../app/run/runState";
import { numberWriter } from "../../../app/strings/numbers";
import { translator } from "../../../app/strings/strings";
import { INITIAL_VIEW, type ViewState } from "../../../app/view/viewState";
import { openReplay } from "../../../src/interop/replayFile";
import type { ReplayStep } from "../../../src/interop/replayFormat";

const wordsOf = (language: "en" | "vi"): ReportWords => ({ t: translator(language), numbers: numberWriter(language), language });
const EN = wordsOf("en");
let state: RunState;

beforeAll(async () => {
  const reader = await openReplay(await readFile("public/recordings/reviews.ppolab"));
  const source = reader.steps();
  const steps: ReplayStep[] = [];
  for (let next = await source.next(); !next.done; next = await source.next()) steps.push(next.value);
  const turned = steps.map((step) =>
    step.step === 29 ? { ...step, changes: [{ field: "learningRate", from: 1e-4, to: 2e-4 } as const] } : step,
  );
  const recording = { ...addSteps(newRecording(reader.meta), turned), end: { kind: "whole" } as const };
  state = { ...INITIAL_STATE, ...shownRun({ name: null, recording, at: null, playing: false }) };
});

const report = (view: Partial<ViewState> = {}, changes: Partial<RunState> = {}, words = EN): ReportContent => {
  const inputs = {
    state: { ...state, ...changes },
    view: { ...INITIAL_VIEW, ...view },
    address: "https://lab.example/",
    link: null,
    now: new Date(Date.UTC(2026, 10, 22, 12)),
  };
  const content = reportContent(inputs, words);
  if (content === null) throw new TypeError("expected a report");
  return content;
};

describe("a report", () => {
  it("is not made before the first step", () => {
    const inputs = { state: INITIAL_STATE, view: INITIAL_VIEW, address: "", link: null, now: new Date() };
    expect(reportContent(inputs, EN)).toBeNull();
  });

  it("names the run, the options that differ, and those that were turned", () => {
    const { title, facts, options, turned, footer } = report();
    expect(title).toBe("Film reviews");
    expect(facts).toEqual(["60 of 60 PPO steps", "engine wasm", "seed 42"]);
    expect(options.heading).toContain("LLaMA-Factory");
    expect(options.items).toContain("Minibatch: 16");
    expect(turned?.items).toEqual(["step 30: Learning rate: 1e-4 → 2e-4"]);
    expect(footer).toEqual(["Made with PPO Lab 0.1.0", "on November 22, 2026"]);
  });

  it("has three charts with the numbers at the step looked at", () => {
    const newest = report().charts;
    expect(newest.map(({ spec }) => spec.id)).toEqual(["reward", "kl", "clip"]);
    expect(newest.every(({ at }) => at === null)).toBe(true);
    const { charts, facts } = report({ pinned: 30 });
    expect(facts).toContain("looking at step 31");
    const stats = state.points[30]?.stats ?? {};
    expect(charts.map(({ legend }) => legend[0]?.value)).toEqual(
      ["env/reward_mean", "objective/kl", "ppo/policy/clipfrac"].map((key) => EN.numbers.precise(stats[key] ?? Number.NaN)),
    );
    for (const { rows, at, turned } of charts) {
      expect(rows.rows.length).toBe(60);
      expect(at).toBe(31);
      expect(turned).toEqual([30]);
    }
  });

  it("shows the chosen token only when one is chosen", () => {
    expect(report().token).toBeNull();
    const { token } = report({ row: 2, token: 1, pinned: 59 });
    const record = state.records.at(-1);
    expect(token?.chosen).toBe(1);
    expect(token?.heading).toBe(`Token 2 of ${record?.responses[2]?.length}, response 3, step 60`);
    expect(token?.prompt).toBe(record?.queryTexts[2]);
    expect(token?.numbers.length).toBe(12);
    expect(token?.numbers.every(({ value }) => /\d/.test(value))).toBe(true);
  });

  it("is told in words in both languages, without empty slots", () => {
    for (const language of ["en", "vi"] as const) {
      const words = wordsOf(language);
      const text = reportText(report({ row: 0, token: 0 }, {}, words), words);
      expect(text).not.toMatch(/[{}]|undefined|NaN/);
      expect(text.split("\n").length).toBeGreaterThanOrEqual(7);
      expect(text).toContain("https://lab.example/");
    }
  });

  it("counts options beyond two dozen", () => {
    const config = Object.fromEntries(
      Object.entries(state.runConfig ?? {}).map(([field, value]) => [field, typeof value === "number" ? value / 2 + 1 : value]),
    );
    const { items } = report({}, { runConfig: config as unknown as RunState["runConfig"] }).options;
    expect(items.length).toBe(25);
    expect(items.at(-1)).toMatch(/^and \d+ more$/);
  });
});

describe("the report's colours", () => {
  it("are the light theme's", async () => {
    const css = await readFile("app/styles.css", "utf8");
    const light = /:root\[data-mantine-color-scheme="light"\] \{(.*?)\}/s.exec(css)?.[1] ?? "";
    for (const [name, value] of Object.entries(LIGHT)) expect(light, name).toContain(`--lab-${name}: ${value};`);
    expect(lightColour("var(--lab-amber)")).toBe(LIGHT.amber);
    expect(lightColour("var(--lab-none)")).toBe(LIGHT.text);
  });
});
