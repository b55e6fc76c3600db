// The batch as an equation and as blocks: rows of minibatches, one row for each optimizer step of a pass.

import type { BatchEvidence as Evidence } from "../../../src/gates/batchGate";
import { useLanguage } from "../../strings/strings";
import classes from "./Evidence.module.css";

/** More blocks than this would be dust. */
const ROWS_DRAWN = 16;
const COLUMNS_DRAWN = 16;

export function BatchEvidence({ evidence }: { readonly evidence: Evidence }) {
  const { t, numbers } = useLanguage();
  const { prompts, miniBatchSize, gradientAccumulationSteps, ppoBufferSize, ppoEpochs, batchSize, updatesPerStep, sizes, dropped } =
    evidence;
  const terms = [
    [miniBatchSize, t("evidence.samplesMini"), ""],
    [gradientAccumulationSteps, t("evidence.accumulation"), "×"],
    [ppoBufferSize, t("evidence.buffer"), "×"],
    [batchSize, t("evidence.samplesStep"), "="],
  ] as const;
  const whole = numbers.whole;
  return (
    <>
      <p className={classes["equation"]}>
        {terms.map(([value, name, sign]) => (
          <span key={name} className={classes["term"]}>
            {sign !== "" && <span className={classes["sign"]}>{sign}</span>}
            <span>
              <b className="numeric">{whole(value)}</b>
              <small>{name}</small>
            </span>
          </span>
        ))}
      </p>
      <Blocks rows={ppoBufferSize} columns={gradientAccumulationSteps} />
      <ul className={`numeric ${classes["lines"]}`}>
        <li>
          {t("evidence.blocks", { batches: whole(ppoBufferSize), minis: whole(gradientAccumulationSteps), size: whole(miniBatchSize) })}
        </li>
        <li>{t("evidence.passes", { epochs: whole(ppoEpochs), batches: whole(ppoBufferSize), updates: whole(updatesPerStep) })}</li>
        {sizes === null ? (
          <li>{t("evidence.tooMany", { prompts: whole(prompts), batch: whole(batchSize) })}</li>
        ) : (
          <>
            <li>{t("evidence.prompts", { prompts: whole(prompts), batches: whole(sizes.batchesPerEpoch), dropped: whole(dropped) })}</li>
            <li>{t("evidence.steps", { steps: whole(sizes.totalSteps) })}</li>
          </>
        )}
      </ul>
    </>
  );
}

/** One square a minibatch; what is left out at the edge is in the sentence below. */
function Blocks({ rows, columns }: { readonly rows: number; readonly columns: number }) {
  const across = Math.min(rows, ROWS_DRAWN);
  const down = Math.min(columns, COLUMNS_DRAWN);
  const size = 14;
  const more = rows > across || columns > down;
  return (
    <svg className={classes["blocks"]} width={across * size + (more ? 16 : 0)} height={down * size} aria-hidden="true">
      {Array.from({ length: across * down }, (_, i) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a block is known by its place
          key={i}
          x={(i % across) * size + 1}
          y={Math.floor(i / across) * size + 1}
          width={size - 2}
          height={size - 2}
          rx="3"
          fill="var(--lab-accent)"
          opacity={(i % across) % 2 === 0 ? 0.9 : 0.55}
        />
      ))}
      {more && (
        <text x={across * size + 3} y={size - 3} fill="var(--lab-dim)">
          …
        </text>
      )}
    </svg>
  );
}
