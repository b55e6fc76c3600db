// Reward kind `api`: texts of samples go to a server that speaks LLaMA-Factory's scoring protocol, one checked score per sample comes back.

import { RewardApiError } from "../errors";
import { valueText } from "../shownValue";
import { isJsonObject } from "../model/jsonText";
import type { Tokenizer } from "../model/tokenizer";
import { API_LIMITS, type ApiChannel, type ApiLimits, excerpt, postJson, shownAddress, type Sleep, sleep } from "./apiRequest";
import type { RewardModel, RewardSample } from "./rewardModel";

/** A person agreed that prompts and responses go to this very origin (`apiUrl(address).origin`). Made by nothing but that act. */
export interface ApiConsent {
  readonly origin: string;
}

/**
 * What a run needs beside its options to ask a server. It is never part of LabConfig: whatever is in there travels in links,
 * exports and checkpoints, and neither a consent nor a key may.
 */
export interface ApiAccess {
  readonly consent: ApiConsent | null;
  /** Sent as a Bearer token; null or empty for none. Never put it into the address, which is part of LabConfig. */
  readonly apiKey: string | null;
  /** Ends a request or a pause under way; `score` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface ApiRewardOptions extends ApiAccess {
  /** Full address with path (`rewardModel` in LabConfig); texts are posted to exactly this. */
  readonly url: string;
  /** The policy's. */
  readonly tokenizer: Pick<Tokenizer, "decode">;
  /** Samples per request: the minibatch size (fact sheet 4.3). */
  readonly rowsPerRequest: number;
  readonly limits?: Partial<ApiLimits>;
  readonly fetch?: typeof fetch;
  readonly sleep?: Sleep;
}

/** Printable ASCII without spaces: anything else cannot stand in a header. */
const KEY_PATTERN = /^[\x21-\x7e]+$/;

/**
 * Scores by HTTP as LLaMA-Factory's PPO client does (fact sheet 4.3): a sample's text is query and response decoded together with
 * special tokens kept; one POST per slice. Unlike the reference (quirk Q25) it waits only so long, tries again, and checks status,
 * count and finiteness. The server tokenises the text anew, so scores can differ from those of the same model in this process
 * where the sampled tokens are not the ones their text would be cut into.
 * @throws RewardApiError (problem `address`, `key` or `consent`) before anything is contacted; `score` rejects with RewardApiError
 * when there are no usable scores.
 */
export function apiReward(options: ApiRewardOptions): RewardModel {
  const { tokenizer, rowsPerRequest, consent } = options;
  const url = apiUrl(options.url);
  const apiKey = options.apiKey === "" ? null : options.apiKey;
  if (apiKey !== null && !KEY_PATTERN.test(apiKey))
    throw new RewardApiError(
      "key",
      "API key: expected printable ASCII characters without spaces, got others (not shown). Copy the key again.",
    );
  if (consent?.origin !== url.origin)
    throw new RewardApiError(
      "consent",
      `Reward server: every prompt and response of this run would be sent to ${url.origin} (POST ${shownAddress(url)}${apiKey === null ? "" : ", with your API key"}), but you agreed to ${consent ? `${consent.origin} only` : "no such thing"}. Nothing was sent. Allow this origin, or choose another reward.`,
    );
  const channel: ApiChannel = {
    url,
    apiKey,
    limits: { ...API_LIMITS, ...options.limits },
    signal: options.signal ?? null,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    sleep: options.sleep ?? sleep,
  };
  return {
    kind: "api",
    async score(samples) {
      const scores = new Float32Array(samples.length);
      for (let first = 0; first < samples.length; first += rowsPerRequest) {
        const messages = samples.slice(first, first + rowsPerRequest).map((sample) => textOf(sample, tokenizer));
        scores.set(checkedScores(channel, await postJson(channel, { model: "model", messages }), messages.length), first);
      }
      return scores;
    },
    dispose() {},
  };
}

/**
 * A reward server's address, checked; `origin` is what a person has to agree to.
 * @throws RewardApiError unless it is a full http or https address without a user name.
 */
export function apiUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !["http:", "https:"].includes(url.protocol))
    throw new RewardApiError(
      "address",
      "Reward server: expected its full address in rewardModel, such as http://127.0.0.1:8000/v1/score/evaluation, got something else. Correct it.",
    );
  if (url.username !== "" || url.password !== "")
    throw new RewardApiError(
      "address",
      `Reward server ${shownAddress(url)}: expected an address without user name and password, got one with them. Give the secret as API key.`,
    );
  return url;
}

function textOf({ query, response }: RewardSample, tokenizer: Pick<Tokenizer, "decode">): string {
  return tokenizer.decode([...query, ...response], { skipSpecialTokens: false });
}

/** The reply's `scores`; each must be finite as float32 too. */
function checkedScores({ url, apiKey }: ApiChannel, reply: unknown, count: number): number[] {
  const refuse = (expected: string, got: string) =>
    new RewardApiError(
      "reply",
      `Reward server ${shownAddress(url)}: expected ${expected}, got ${excerpt(got, apiKey)}. Check that it is a reward server for one score per text.`,
    );
  if (!isJsonObject(reply) || !("scores" in reply))
    throw refuse(
      'an object with "scores"',
      isJsonObject(reply) ? `one with ${Object.keys(reply).join(", ") || "no keys"}` : valueText(reply),
    );
  const { scores } = reply;
  if (!Array.isArray(scores)) throw refuse('a list under "scores"', valueText(scores));
  if (scores.length !== count) throw refuse(`${count} scores, one per text`, String(scores.length));
  return scores.map((score: unknown, i) => {
    if (typeof score !== "number") throw refuse(`a number as score ${i}`, valueText(score));
    if (!Number.isFinite(Math.fround(score))) throw refuse(`a finite float32 number as score ${i}`, String(score));
    return score;
  });
}
