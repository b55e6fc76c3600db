// How many cases each target gets and from which seed: fixed in `npm test`, more and random in `npm run fuzz`.

/** Cases in `npm test`. */
export const RUNS = {
  "replay bytes": 1200,
  "replay chunks": 800,
  "replay description": 1200,
  "replay step JSON": 1200,
  "replay step arrays": 1200,
  "config fields": 1500,
  "config objects": 700,
  "checkpoint bytes": 500,
  "checkpoint JSON": 800,
  "checkpoint tensors": 500,
  "safetensors bytes": 1000,
  "safetensors header": 1200,
  "tokenizer text": 400,
  "tokenizer JSON": 800,
  "model config.json": 800,
  "model folder": 400,
  "adapter folder": 600,
  "prompt dataset": 1200,
  "reward server reply": 800,
  "link letters": 600,
  "link state": 1200,
} as const satisfies Record<string, number>;
export type TargetName = keyof typeof RUNS;

/** `npm run fuzz` says `--mode fuzz`. */
const LONG = import.meta.env.MODE === "fuzz";

function numberFrom(variable: string): number | null {
  const text = process.env[variable];
  if (text === undefined || text === "") return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${variable}: expected a whole number, got ${text}. Correct it.`);
  return value;
}

/** Multiplies every count of `RUNS`. */
export const FUZZ_RUNS = Math.max(1, numberFrom("FUZZ_RUNS") ?? (LONG ? 20 : 1));

/** A failure is repeated by FUZZ_SEED with the seed that was printed. */
export const FUZZ_SEED = numberFrom("FUZZ_SEED") ?? (LONG ? (crypto.getRandomValues(new Int32Array(1))[0] as number) : 20_260);

// Told before the first case, so that it is known whatever happens.
if (LONG) console.log(`FUZZ_SEED=${FUZZ_SEED} FUZZ_RUNS=${FUZZ_RUNS}`);

/** Milliseconds of processor time; a hang. Cases take a few, and a busy machine does not make them more. */
export const CASE_LIMIT = 5000;

/** Milliseconds of processor time that this process has taken. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds for a whole target. */
export const TARGET_TIMEOUT = 60_000 * FUZZ_RUNS;
