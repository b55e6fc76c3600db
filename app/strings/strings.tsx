// The string table's use: `t("key", { name: value })` in the chosen language, numbers by Intl.

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { en } from "./en";
import { type NumberWriter, numberWriter } from "./numbers";
import { vi } from "./vi";

export type StringKey = keyof typeof en;
export type Strings = Readonly<Record<StringKey, string>>;

type Slots<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Slots<Rest> : never;
type Values<Key extends StringKey> = Readonly<Record<Slots<(typeof en)[Key]>, string>>;
/** Slots are typed: a text with `{name}` asks for `{ name }`, one without asks for nothing. */
type Arguments<Key extends StringKey> = [Slots<(typeof en)[Key]>] extends [never] ? [] : [values: Values<Key>];
export type Translate = <Key extends StringKey>(key: Key, ...values: Arguments<Key>) => string;

const TABLES = { en, vi } satisfies Record<string, Strings>;
export type Language = keyof typeof TABLES;
export const LANGUAGES: readonly { readonly id: Language; readonly name: string }[] = [
  { id: "en", name: "English" },
  { id: "vi", name: "Tiếng Việt" },
];

export function translator(language: Language): Translate {
  const table: Strings = TABLES[language];
  return (key, ...values) => fill(table[key], values[0]);
}

function fill(text: string, values: Record<string, string> | undefined): string {
  return values === undefined ? text : text.replace(/\{(\w+)\}/g, (slot, name: string) => values[name] ?? slot);
}

/** The language of a stored choice, else of the browser, else English. */
export function preferredLanguage(choice: string | null, browser: readonly string[]): Language {
  const wanted = [choice, ...browser].map((tag) => tag?.slice(0, 2).toLowerCase());
  return LANGUAGES.map(({ id }) => id).find((id) => id === wanted.find((tag) => tag === "en" || tag === "vi")) ?? "en";
}

interface LanguageValue {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly t: Translate;
  readonly numbers: NumberWriter;
}

const LanguageContext = createContext<LanguageValue | null>(null);
const STORAGE_KEY = "ppo-lab.language";

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => preferredLanguage(stored(), navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo<LanguageValue>(
    () => ({
      language,
      setLanguage: (chosen) => {
        store(chosen);
        setLanguage(chosen);
      },
      t: translator(language),
      numbers: numberWriter(language),
    }),
    [language],
  );
  return <LanguageContext.Provider value={value}>{children}</LanguageContext.Provider>;
}

export function useLanguage(): LanguageValue {
  const value = useContext(LanguageContext);
  if (value === null) throw new Error("Expected a LanguageProvider above this component, found none. Wrap the page in one.");
  return value;
}

// Storage may be forbidden (private mode, embedded page): the choice then lasts as long as the page.
function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

function store(language: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    return;
  }
}
