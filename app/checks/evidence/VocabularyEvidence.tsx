// Both vocabularies side by side: size, fingerprint, special tokens, and one text as each of them cuts it.

import type { VocabularyEvidence as Evidence, VocabularySide } from "../../../src/gates/vocabularyGate";
import { useLanguage } from "../../strings/strings";
import type { ShownToken } from "./alignment";
import classes from "./Evidence.module.css";
import { SideTable } from "./SideTable";
import { TokenRow } from "./TokenRow";

const SPECIAL = ["bos", "eos", "pad"] as const;

export function VocabularyEvidence({ evidence }: { readonly evidence: Evidence }) {
  const { t, numbers } = useLanguage();
  const { policy, reward, misread, firstDifference } = evidence;
  const facts = (side: VocabularySide | null): (string | null)[] =>
    side === null
      ? [null, null, null, null, null]
      : [
          numbers.whole(side.size),
          side.fingerprint,
          ...SPECIAL.map((name) => {
            const id = side.special[name];
            return id === null ? t("evidence.none") : `${side.sample.find((token) => token.id === id)?.text ?? ""} ${id}`.trim();
          }),
        ];
  const names = [t("evidence.size"), t("evidence.fingerprint"), ...SPECIAL.map((name) => name.toUpperCase())];
  return (
    <>
      <SideTable
        left={t("evidence.policy")}
        right={t("evidence.reward")}
        rows={names.map((name, i) => ({ name, left: facts(policy)[i] ?? "", right: facts(reward)[i] ?? t("evidence.readsText") }))}
        compare={reward !== null}
      />
      <h4 className={classes["subtitle"]}>{t("evidence.sample")}</h4>
      <div className={classes["sides"]}>
        <p>{t("evidence.policy")}</p>
        <TokenRow label={t("evidence.policy")} tokens={tokensOf(policy, reward)} />
        {reward !== null && (
          <>
            <p>{t("evidence.reward")}</p>
            <TokenRow label={t("evidence.reward")} tokens={tokensOf(reward, policy)} />
          </>
        )}
        {misread !== null && (
          <>
            <p>{t("evidence.misread")}</p>
            <TokenRow label={t("evidence.misread")} tokens={readAs(misread, policy)} />
          </>
        )}
      </div>
      {firstDifference !== null && (
        <p className={classes["remark"]}>{t("evidence.firstDifference", { id: numbers.whole(firstDifference) })}</p>
      )}
    </>
  );
}

function tokensOf({ sample }: VocabularySide, other: VocabularySide | null): ShownToken[] {
  return sample.map(({ id, text }, at) => {
    const across = other?.sample[at];
    return { id, text, mark: other === null || (across?.id === id && across.text === text) ? "same" : "differs" };
  });
}

/** The policy's ids as the reward model takes them. */
function readAs(misread: readonly string[], { sample }: VocabularySide): ShownToken[] {
  return misread.map((text, at) => ({ text, id: sample[at]?.id ?? 0, mark: sample[at]?.text === text ? "same" : "differs" }));
}
