// This step's numbers put into a stage's formula, for one response token or for the whole batch.

import type { LabConfig } from "../../src/config";
import type { StepData } from "../run/stepData";
import { scoreScaling } from "./formulas";
import type { StageId } from "./stages";
import type { TokenNumbers } from "./tokenAt";

/** Which of two losses is the larger one and so the one that counts. */
export type Branch = "unclipped" | "clipped" | "same";

export interface StageNumbers {
  /** TeX, one line each. */
  readonly lines: readonly string[];
  /** About one token (else about the batch). */
  readonly ofToken: boolean;
  readonly branch: Branch | null;
}

/** Writes a number for TeX. */
export type TexNumber = (x: number) => string;

interface Inputs {
  readonly step: StepData;
  readonly token: TokenNumbers | null;
  readonly config: LabConfig;
  readonly n: TexNumber;
}

const raw = String.raw;
const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
/** A negative number that follows an operator stands in brackets. */
const bracketed = (n: TexNumber, x: number): string => (x < 0 ? `(${n(x)})` : n(x));
const ofToken = (lines: readonly string[], branch: Branch | null = null): StageNumbers => ({ lines, ofToken: true, branch });
const ofBatch = (lines: readonly string[]): StageNumbers => ({ lines, ofToken: false, branch: null });

/** Larger loss wins; TRL and ppoLoss count a token as clipped only when the clipped loss is strictly larger. */
export function branchOf(unclipped: number, clipped: number, moved: boolean): Branch {
  if (clipped > unclipped) return "clipped";
  return moved ? "unclipped" : "same";
}

const STAGE_NUMBERS: Readonly<Record<StageId, (inputs: Inputs) => StageNumbers | null>> = {
  rollout: ({ token, config, n }) => {
    const sampling = config.doSample ? [raw`\tau = ${n(config.temperature)},\quad k = ${n(config.topK)},\quad p = ${n(config.topP)}`] : [];
    if (!token?.scoring) return sampling.length === 0 ? null : ofBatch(sampling);
    const { logprob } = token.scoring;
    return ofToken([...sampling, raw`\log\pi(a_t) = ${n(logprob)} \;\Rightarrow\; \pi(a_t) = ${n(Math.exp(logprob))}`]);
  },

  scoring: ({ step, token, config, n }) => {
    if (!token?.scoring || step.scoring === null) return null;
    const { score, scaledScore } = token.scoring;
    const mean = step.scoring.scores.reduce((sum, x) => sum + x, 0) / step.scoring.scores.length;
    const { scaled } = scoreScaling(config);
    return ofToken([
      raw`s_{${token.row + 1}} = ${n(score)}`,
      ...(scaled || config.scoreClip !== null ? [raw`s'_{${token.row + 1}} = ${n(scaledScore)}`] : []),
      raw`\tfrac1B\textstyle\sum_i s_i = ${n(mean)}`,
    ]);
  },

  rewards: ({ step, token, config, n }) => {
    if (!token?.scoring || step.scoring === null) return null;
    const { logprob, refLogprob, kl, reward, lastKl, lastReward, scaledScore } = token.scoring;
    const { klCoef } = step.scoring;
    const difference = `${n(logprob)} - ${bracketed(n, refLogprob)}`;
    const drift = {
      kl: raw`k_t = ${difference} = ${n(kl)}`,
      abs: raw`k_t = \left|${difference}\right| = ${n(kl)}`,
      mse: raw`k_t = \tfrac12\left(${difference}\right)^2 = ${n(kl)}`,
      full: raw`k_t = ${n(kl)}`,
    }[config.klPenalty];
    const ordinary = token.index === token.last ? [] : [raw`R_t = -${n(klCoef)}\cdot ${bracketed(n, kl)} = ${n(reward)}`];
    const atEnd = raw`R_{\mathrm{last}} = -${n(klCoef)}\cdot ${bracketed(n, lastKl)} + ${bracketed(n, scaledScore)} = ${n(lastReward)}`;
    return ofToken([drift, ...ordinary, atEnd]);
  },

  advantages: ({ token, config, n }) => {
    if (!token?.credit || token.scoring === null) return null;
    const { value, nextValue, advantage, ret, rawAdvantage, nextRawAdvantage } = token.credit;
    const { gamma, lam } = config;
    const delta = rawAdvantage - gamma * lam * nextRawAdvantage;
    // Whitened rewards are not recorded; the recursion tells what they were.
    const reward = config.ppoWhitenRewards ? delta - gamma * nextValue + value : token.scoring.reward;
    return ofToken([
      raw`\delta_t = ${n(reward)} + ${n(gamma)}\cdot ${bracketed(n, nextValue)} - ${bracketed(n, value)} = ${n(delta)}`,
      raw`A_t = ${n(delta)} + ${n(gamma)}\cdot ${n(lam)}\cdot ${bracketed(n, nextRawAdvantage)} = ${n(rawAdvantage)}`,
      raw`G_t = ${n(rawAdvantage)} + ${bracketed(n, value)} = ${n(ret)}`,
      raw`\hat A_t = ${n(advantage)}`,
    ]);
  },

  policyLoss: ({ token, config, n }) => {
    if (!token?.credit || token.scoring === null || token.update === null) return null;
    const { advantage } = token.credit;
    const { ratio, newLogprob } = token.update;
    const { cliprange } = config;
    const clippedRatio = clamp(ratio, 1 - cliprange, 1 + cliprange);
    const unclipped = -advantage * ratio;
    const clipped = -advantage * clippedRatio;
    return ofToken(
      [
        raw`\rho_t = \exp(${n(newLogprob)} - ${bracketed(n, token.scoring.logprob)}) = ${n(ratio)}`,
        raw`\bar\rho_t = \operatorname{clip}(${n(ratio)},\,${n(1 - cliprange)},\,${n(1 + cliprange)}) = ${n(clippedRatio)}`,
        raw`L_t = \max(${n(unclipped)},\; ${n(clipped)}) = ${n(Math.max(unclipped, clipped))}`,
      ],
      branchOf(unclipped, clipped, clippedRatio !== ratio),
    );
  },

  valueLoss: ({ token, config, n }) => {
    if (!token?.credit || token.update === null) return null;
    const { value: oldValue, ret } = token.credit;
    const { newValue, minibatch } = token.update;
    const clippedValue = clamp(newValue, oldValue - config.cliprangeValue, oldValue + config.cliprangeValue);
    const unclipped = (newValue - ret) ** 2;
    const clipped = (clippedValue - ret) ** 2;
    const weight = config.baseline === "valueHead" ? config.vfCoef : 0;
    const { "loss/policy": policy, "loss/value": value, "loss/total": total } = minibatch.stats;
    return ofToken(
      [
        raw`V_t = ${n(newValue)},\quad V^{\mathrm{old}}_t = ${n(oldValue)},\quad G_t = ${n(ret)}`,
        raw`\bar V_t = ${n(clippedValue)}`,
        raw`L^V_t = \tfrac12\max(${n(unclipped)},\,${n(clipped)}) = ${n(Math.max(unclipped, clipped) / 2)}`,
        raw`L = ${n(policy)} + ${n(weight)}\cdot ${n(value)} = ${n(total)}`,
      ],
      branchOf(unclipped, clipped, clippedValue !== newValue),
    );
  },

  optimizer: ({ step, token, config, n }) => {
    const minibatch = token?.update?.minibatch ?? step.minibatches.at(-1);
    const gradNorm = minibatch?.gradNorm ?? null;
    const rate = step.record === null ? [] : [raw`\eta = ${n(step.record.learningRate)}`];
    if (gradNorm === null) return rate.length === 0 ? null : ofBatch(rate);
    const limit = config.maxGradNorm;
    const clipping =
      limit === null
        ? [raw`\lVert g\rVert = ${n(gradNorm)}`]
        : [
            raw`\lVert g\rVert = ${n(gradNorm)},\quad c = ${n(limit)}`,
            raw`\min(1,\; c/\lVert g\rVert) = ${n(Math.min(1, limit / (gradNorm + 1e-6)))}`,
          ];
    return ofBatch([...clipping, ...rate]);
  },

  klController: ({ step, config, n }) => {
    if (step.record === null) return null;
    const { stats, klCoef, klCoefAfter, batch } = step.record;
    if (!config.adapKlCtrl) return ofBatch([raw`\beta = ${n(klCoef)}`]);
    const kl = stats["objective/kl"] ?? Number.NaN;
    const error = clamp(kl / config.ppoTarget - 1, -0.2, 0.2);
    return ofBatch([
      raw`e = \operatorname{clip}(${n(kl)} / ${n(config.ppoTarget)} - 1) = ${n(error)}`,
      raw`\beta \leftarrow ${n(klCoef)}\,(1 + ${bracketed(n, error)}\cdot ${n(batch)} / ${n(config.horizon)}) = ${n(klCoefAfter)}`,
    ]);
  },

  statistics: ({ step, token, n }) => {
    if (step.record === null) return null;
    const { stats, batch, minibatches } = step.record;
    const own = !token?.scoring ? [] : [raw`\textstyle\sum_t k_{${token.row + 1},t} = ${n(token.scoring.responseKl)}`];
    return ofBatch([
      ...own,
      raw`B = ${n(batch)},\quad \mathrm{KL} = ${n(stats["objective/kl"] ?? Number.NaN)}`,
      raw`M = ${n(minibatches.length)},\quad \text{ppo/loss/total} = ${n(stats["ppo/loss/total"] ?? Number.NaN)}`,
    ]);
  },
};

/** null while the step has not come so far. */
export function stageNumbers(stage: StageId, inputs: Inputs): StageNumbers | null {
  return STAGE_NUMBERS[stage](inputs);
}

/** A number as the page writes it, in TeX: 1.2e-5 becomes 1.2 times a power of ten, a decimal comma gets no space. */
export function texNumber(written: string): string {
  const [mantissa = "", exponent] = written.replaceAll("−", "-").split("e");
  if (mantissa === "–") return raw`\text{–}`;
  const shown = mantissa.replaceAll(",", "{,}");
  return exponent === undefined ? shown : raw`${shown}\cdot 10^{${exponent}}`;
}
