// A loss head must fit its minibatch before any engine looks at it.

import { ShapeError } from "../errors";
import type { LossHead, PpoLossHead } from "./lossHead";

/**
 * Checks a head against its batch of `batch` rows and `seq` columns.
 * @throws ShapeError naming what is wrong.
 */
export function checkHead(head: LossHead, { batch, seq }: { readonly batch: number; readonly seq: number }): void {
  if (head.kind === "rewardPair") {
    if (batch % 2 !== 0)
      throw new ShapeError(`Reward pair loss: expected chosen and rejected rows in turn, got ${batch} rows. Pass whole pairs.`);
    return;
  }
  const size = batch * (seq - 1);
  const arrays = head.kind === "sft" ? { mask: head.mask } : perColumn(head);
  for (const [name, array] of Object.entries(arrays))
    if (array.length !== size)
      throw new ShapeError(
        `${head.kind} loss: expected ${name} with ${size} elements for [batch, seq - 1] = [${batch}, ${seq - 1}], got ${array.length}.`,
      );
  if (!head.mask.some((m) => m !== 0))
    throw new ShapeError(`${head.kind} loss: expected at least one column with mask 1, got none. Give every minibatch a token to learn.`);
}

function perColumn({ mask, oldLogprobs, oldValues, advantages, returns }: PpoLossHead) {
  return { mask, oldLogprobs, oldValues, advantages, returns };
}
