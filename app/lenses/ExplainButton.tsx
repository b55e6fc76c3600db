// A small button that opens the explanation of a phase, an option or a metric; nothing where there is none.

import { ExplainIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import { useSetView, useView } from "../view/view";
import type { Topic } from "../view/viewState";
import { topicIdOf } from "./topics";

export function ExplainButton({ topic }: { readonly topic: Topic }) {
  const { t } = useLanguage();
  const setView = useSetView();
  const id = topicIdOf(topic);
  const open = useView((view) => view.topic !== null && topicIdOf(view.topic) === id);
  if (id === null) return null;
  const label = t("lens.explain", { name: t(`lens.name.${id}`) });
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={open}
      onClick={() => setView({ topic: open ? null : topic })}
      data-explain={id}
    >
      <ExplainIcon />
    </button>
  );
}
