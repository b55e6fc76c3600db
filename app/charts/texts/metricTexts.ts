// The metrics' explanations, loaded when they are first shown, in the chosen language only.

import { use } from "react";
import type { MetricKey, MetricText } from "../../help/metrics";
import { type Language, useLanguage } from "../../strings/strings";

type MetricTexts = Readonly<Record<MetricKey, MetricText>>;

const LOADERS: Readonly<Record<Language, () => Promise<{ readonly metricTexts: MetricTexts }>>> = {
  en: () => import("./metrics.en"),
  vi: () => import("./metrics.vi"),
};

const loading = new Map<Language, Promise<MetricTexts | null>>();

function load(language: Language): Promise<MetricTexts | null> {
  const known = loading.get(language);
  if (known !== undefined) return known;
  const texts = LOADERS[language]().then(
    ({ metricTexts }) => metricTexts,
    () => null,
  );
  loading.set(language, texts);
  return texts;
}

/** Suspends until the texts are there; null when they cannot be downloaded. */
export function useMetricTexts(): MetricTexts | null {
  return use(load(useLanguage().language));
}
