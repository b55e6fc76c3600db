// With what responses are drawn, and with what their log-probabilities are taken.

import type { SamplingEvidence as Evidence } from "../../../src/gates/samplingGate";
import { optionName } from "../../config/optionTexts";
import { valueText } from "../../config/valueText";
import { useLanguage } from "../../strings/strings";
import classes from "./Evidence.module.css";
import { Agreement } from "./SideTable";

export function SamplingEvidence({ evidence }: { readonly evidence: Evidence }) {
  const { t, numbers, language } = useLanguage();
  return (
    <table className={classes["table"]}>
      <thead>
        <tr>
          <th scope="col">{t("evidence.option")}</th>
          <th scope="col">{t("evidence.sampled")}</th>
          <th scope="col">{t("evidence.scored")}</th>
          <th scope="col">
            <span className="hidden-visually">{t("evidence.agree")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {evidence.options.map(({ field, value, neutral }) => (
          <tr key={field} data-differs={value !== neutral}>
            <th scope="row">{optionName(field, language)}</th>
            <td className="numeric">{valueText(value, t, numbers)}</td>
            <td className="numeric">{valueText(neutral, t, numbers)}</td>
            <td>
              <Agreement agree={value === neutral} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
