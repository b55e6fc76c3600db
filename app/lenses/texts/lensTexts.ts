// The shape of the explanations: one paragraph a topic and lens. `{name}` is a number of the run (slots.ts).

import type { Lens } from "../../view/viewState";
import type { TopicId } from "../topics";

export type LensTexts<Id extends TopicId> = Readonly<Record<Id, Readonly<Record<Lens, string>>>>;
