// The formula of every stage, in TeX; symbols as in DESIGN's fact sheet (one line each, short enough for a narrow panel).

import type { KlPenalty, LabConfig, RewardModelType } from "../../src/config";
import type { StageId } from "./stages";

const DRIFT: Readonly<Record<KlPenalty, string>> = {
  kl: String.raw`k_t = \log\pi(a_t) - \log\pi_{\mathrm{ref}}(a_t)`,
  abs: String.raw`k_t = \left|\log\pi(a_t) - \log\pi_{\mathrm{ref}}(a_t)\right|`,
  mse: String.raw`k_t = \tfrac12\left(\log\pi(a_t) - \log\pi_{\mathrm{ref}}(a_t)\right)^2`,
  full: String.raw`k_t = \textstyle\sum_v \pi(v)\,\log\dfrac{\pi(v)}{\pi_{\mathrm{ref}}(v)}`,
};

const HEAD = String.raw`s_i = w^{\top} h_{i,\mathrm{last}} + b`;
const SCORE: Readonly<Record<RewardModelType, string>> = {
  full: HEAD,
  lora: HEAD,
  oft: HEAD,
  api: String.raw`s_i = \mathrm{server}(\text{text}_i)`,
  rule: String.raw`s_i = f(\text{text}_i)`,
};

/** Whether scores are divided by their running deviation, and whether the running mean is taken off first. */
export function scoreScaling(config: LabConfig): { readonly scaled: boolean; readonly centred: boolean } {
  const scaled = config.useScoreScaling ?? config.ppoScoreNorm;
  return { scaled, centred: scaled && (config.useScoreNorm ?? config.ppoScoreNorm) };
}

function scoringFormula(config: LabConfig): string[] {
  const { scaled, centred } = scoreScaling(config);
  return [SCORE[config.rewardModelType], ...(scaled ? [String.raw`s_i' = \dfrac{s_i${centred ? String.raw` - \mu` : ""}}{\sigma}`] : [])];
}

export function stageFormula(stage: StageId, config: LabConfig): readonly string[] {
  switch (stage) {
    case "rollout":
      return config.doSample
        ? [
            String.raw`p_t = \operatorname{softmax}(z_t / \tau)`,
            String.raw`a_t \sim p_t \text{ on } \operatorname{top-}k,\ \operatorname{top-}p`,
          ]
        : [String.raw`a_t = \operatorname{arg\,max}_v\, z_{t,v}`];
    case "scoring":
      return scoringFormula(config);
    case "rewards":
      return [DRIFT[config.klPenalty], String.raw`R_t = -\beta\,k_t + [t = \mathrm{last}]\;s`];
    case "advantages":
      return [
        String.raw`\delta_t = R_t + \gamma V_{t+1} - V_t`,
        String.raw`A_t = \delta_t + \gamma\lambda\,A_{t+1}`,
        String.raw`G_t = A_t + V_t`,
        String.raw`\hat A_t = (A_t - \mu) / \sqrt{\sigma^2 + 10^{-8}}`,
      ];
    case "policyLoss":
      return [
        String.raw`\rho_t = \exp\left(\log\pi(a_t) - \log\pi_{\mathrm{old}}(a_t)\right)`,
        String.raw`\bar\rho_t = \operatorname{clip}(\rho_t,\,1-\epsilon,\,1+\epsilon)`,
        String.raw`L_t = \max\left(-\hat A_t\,\rho_t,\; -\hat A_t\,\bar\rho_t\right)`,
      ];
    case "valueLoss":
      return [
        String.raw`\bar V_t = \operatorname{clip}(V_t,\,V^{\mathrm{old}}_t - c,\,V^{\mathrm{old}}_t + c)`,
        String.raw`L^V_t = \tfrac12\max\left((V_t - G_t)^2,\,(\bar V_t - G_t)^2\right)`,
        String.raw`L = \overline{L_t} + c_v\,\overline{L^V_t}`,
      ];
    case "optimizer":
      return [
        ...(config.maxGradNorm === null ? [] : [String.raw`g \leftarrow g\,\min\left(1,\ c / (\lVert g\rVert + 10^{-6})\right)`]),
        String.raw`\theta \leftarrow \theta - \eta\,\hat m / (\sqrt{\hat v} + \varepsilon)`,
      ];
    case "klController":
      return config.adapKlCtrl
        ? [
            String.raw`e = \operatorname{clip}(\mathrm{KL} / \mathrm{KL}^{*} - 1,\,-0.2,\,0.2)`,
            String.raw`\beta \leftarrow \beta\,(1 + e\,n / H)`,
          ]
        : [String.raw`\beta \leftarrow \beta`];
    case "statistics":
      return [
        String.raw`\mathrm{KL} = \tfrac1B \textstyle\sum_i \sum_t k_{i,t}`,
        String.raw`\text{ppo/}x = \tfrac1M \textstyle\sum_{m=1}^{M} x_m`,
      ];
  }
}
