// Shared states of every shape for the property tests; a field without an arbitrary does not compile.

import fc, { type Arbitrary } from "fast-check";
import { CONFIG_FIELDS, type ConfigField, FIELDS, fieldProblem } from "../../../src/config";
import { CONTROL_GROUPS } from "../../../app/share/controlGroups";
import type { SharedState } from "../../../app/share/sharedState";
import { COLOURINGS, LENSES, STEP_PHASES, TABS } from "../../../app/view/viewState";

const checksum = fc.stringMatching(/^[0-9a-f]{8}$/);
const metric = fc.stringMatching(/^[a-z]{1,8}(\/[a-z_.]{1,12}){1,3}$/);
const engine = fc.constantFrom("webgpu", "wasm", "tfjs-webgpu", "tfjs-wasm", "tfjs-cpu");
const groups = fc.uniqueArray(fc.constantFrom(...CONTROL_GROUPS));
const whole = (max: number) => fc.integer({ min: 0, max });

function option(field: ConfigField): Arbitrary<unknown> {
  const spec = FIELDS[field];
  const value: Arbitrary<unknown> =
    spec.kind === "boolean"
      ? fc.boolean()
      : spec.kind === "choice"
        ? fc.constantFrom(...spec.choices)
        : spec.kind === "text"
          ? fc.string({ unit: "binary", maxLength: spec.maxLength })
          : spec.kind === "integer"
            ? fc.integer({ min: spec.min, max: spec.max })
            : fc.double({ min: spec.min, max: spec.max, noNaN: true }).map((number) => number + 0);
  const nullable = "nullable" in spec && spec.nullable;
  return (nullable ? fc.option(value, { nil: null }) : value).filter(
    // maxSteps 0 is refused by the rules between options; JSON knows no -0.
    (given) => fieldProblem(field, given) === null && !(field === "maxSteps" && given === 0) && !Object.is(given, -0),
  );
}

const options = Object.fromEntries(CONFIG_FIELDS.map((field) => [field, option(field)]));

export const FIELD_ARBITRARIES: { readonly [K in keyof SharedState]: Arbitrary<SharedState[K]> } = {
  scenario: fc.option(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), { nil: null }),
  config: fc.record(options, { requiredKeys: [] }).map((config) => ({ ...config })),
  defaults: fc.option(checksum, { nil: null }),
  engine: fc.oneof(engine, fc.constant("auto" as const)),
  fingerprint: fc.option(
    fc.record({ engine, sum: checksum }).map((both) => ({ ...both })),
    { nil: null },
  ),
  recording: fc.option(
    fc.stringMatching(/^[a-z]{1,8}(\/[\w-]{1,12}){0,2}$/).map((path) => `${path}.ppolab`),
    { nil: null },
  ),
  tab: fc.constantFrom(...TABS),
  pinned: fc.option(whole(99_999), { nil: null }),
  phase: fc.constantFrom(...STEP_PHASES),
  minibatch: whole(16_383),
  row: whole(65_534),
  token: fc.option(whole(8191), { nil: null }),
  colouring: fc.constantFrom(...COLOURINGS),
  lens: fc.constantFrom(...LENSES),
  topic: fc.oneof(
    fc.constant(null),
    fc.constantFrom(...STEP_PHASES).map((id) => ({ kind: "phase", id }) as const),
    metric.map((id) => ({ kind: "metric", id }) as const),
    fc.constantFrom(...CONFIG_FIELDS).map((id) => ({ kind: "option", id }) as const),
  ),
  metrics: fc.uniqueArray(metric, { maxLength: 30 }),
  smoothing: fc.oneof(
    fc.constant(null),
    fc.constant("reference" as const),
    whole(99).map((hundredths) => hundredths / 100),
  ),
  title: fc.string({ unit: fc.constantFrom("a", "Z", " ", "9", "<", ">", "&", '"', "'", "`", "é", "漢", "🙂"), maxLength: 60 }),
  hidden: groups,
  locked: groups,
  embed: fc.boolean(),
};

/** States with any number of fields that are not as usual. */
export const sharedState: Arbitrary<SharedState> = fc.record(FIELD_ARBITRARIES).map((state) => ({ ...state }));
