// What every page of the lab has at its top: the logo, and the choice of language and colour scheme.

import { type MantineColorScheme, NativeSelect, SegmentedControl, useMantineColorScheme } from "@mantine/core";
import type { ReactNode } from "react";
import { MoonIcon, SunIcon, SystemIcon } from "./icons";
import classes from "./PageHeader.module.css";
import { LANGUAGES, type Language, useLanguage } from "./strings/strings";

/** A reward curve held inside a clip band. */
export function Logo() {
  return (
    <svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
      <rect width="28" height="28" rx="7" fill="#2a60c4" />
      <path d="M5 9h18M5 20h18" stroke="#fff" strokeOpacity="0.45" strokeWidth="1.5" strokeDasharray="2.5 2.5" />
      <path d="M5 19c5 0 5.5-8.5 9.5-8.5S18.5 14 23 10" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" />
    </svg>
  );
}

export function LanguageChoice() {
  const { t, language, setLanguage } = useLanguage();
  return (
    <NativeSelect
      size="sm"
      className={classes["language"]}
      aria-label={t("language.label")}
      value={language}
      onChange={(event) => setLanguage(event.currentTarget.value as Language)}
      data={LANGUAGES.map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}

const SCHEMES: readonly { readonly value: MantineColorScheme; readonly icon: ReactNode }[] = [
  { value: "light", icon: <SunIcon /> },
  { value: "dark", icon: <MoonIcon /> },
  { value: "auto", icon: <SystemIcon /> },
];

export function SchemeChoice() {
  const { t } = useLanguage();
  // Without transitions it would write a style sheet for a moment, which the page's own policy forbids.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return (
    <SegmentedControl
      size="sm"
      aria-label={t("scheme.label")}
      value={colorScheme}
      onChange={(value) => setColorScheme(value)}
      data={SCHEMES.map(({ value, icon }) => ({
        value,
        label: (
          <span className={classes["scheme"]} title={t(`scheme.${value}`)}>
            {icon}
            <span className="hidden-visually">{t(`scheme.${value}`)}</span>
          </span>
        ),
      }))}
    />
  );
}
