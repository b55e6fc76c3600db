// The explanations of one language, fetched when they are first wanted.

import { useCallback, useEffect, useState } from "react";
import type { Language } from "../strings/strings";
import type { LensTexts } from "./texts/lensTexts";
import type { TopicId } from "./topics";

type Texts = LensTexts<TopicId>;

const LOAD: Readonly<Record<Language, () => Promise<{ readonly lensTexts: Texts }>>> = {
  en: () => import("./texts/en"),
  vi: () => import("./texts/vi"),
};

interface Loaded {
  readonly language: Language;
  /** null: they could not be fetched. */
  readonly texts: Texts | null;
}

/** `texts` undefined while they are on their way, null when that failed. */
export function useLensTexts(language: Language): { readonly texts: Texts | null | undefined; readonly again: () => void } {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const again = useCallback(() => {
    LOAD[language]().then(
      ({ lensTexts }) => setLoaded({ language, texts: lensTexts }),
      () => setLoaded({ language, texts: null }),
    );
  }, [language]);
  useEffect(again, [again]);
  return { texts: loaded?.language === language ? loaded.texts : undefined, again };
}
