/** The two languages, the switch between them, and typed access to their texts. */

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useState,
} from "react";
import { I18nProvider } from "react-aria-components";
import { IntlProvider, useIntl } from "react-intl";
import en from "~/i18n/en.json";
import zh from "~/i18n/zh.json";

export type Language = "zh" | "en";
export type TextId = keyof typeof en;

const TEXTS: Record<Language, Record<TextId, string>> = { zh, en };
const LOCALES: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };
const KEY = "outrider.language";

interface LanguageChoice {
  language: Language;
  choose(language: Language): void;
}

const LanguageContext = createContext<LanguageChoice | null>(null);

function firstLanguage(): Language {
  const kept = window.localStorage.getItem(KEY);
  if (kept === "zh" || kept === "en") return kept;
  return window.navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);

  useLayoutEffect(() => {
    document.documentElement.lang = LOCALES[language];
  }, [language]);

  const choice = useMemo<LanguageChoice>(
    () => ({
      language,
      choose(chosen) {
        window.localStorage.setItem(KEY, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return (
    <LanguageContext value={choice}>
      <IntlProvider locale={LOCALES[language]} messages={TEXTS[language]}>
        <I18nProvider locale={LOCALES[language]}>{children}</I18nProvider>
      </IntlProvider>
    </LanguageContext>
  );
}

export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (choice === null) throw new Error("useLanguage outside of LanguageProvider");
  return choice;
}

type Values = Record<string, string | number>;
export type Text = (id: TextId, values?: Values) => string;

/** The text of `id` in the chosen language. */
export function useText(): Text {
  const intl = useIntl();
  return useCallback((id, values) => intl.formatMessage({ id }, values), [intl]);
}

type TermKind =
  | "action"
  | "caseState"
  | "cause"
  | "fault"
  | "horizon"
  | "job"
  | "kind"
  | "level"
  | "offer"
  | "origin"
  | "powertrain"
  | "problem"
  | "quality"
  | "reminder"
  | "resolve"
  | "service"
  | "signal"
  | "state"
  | "validity"
  | "actor"
  | "field"
  | "purpose";

/** The word for a code of the API; a code this page does not know yet is shown as it came. */
export function useTerm(): (kind: TermKind, code: string) => string {
  const intl = useIntl();
  const { language } = useLanguage();
  return useCallback(
    (kind, code) => {
      const id = `${kind}.${code}`;
      return id in TEXTS[language] ? intl.formatMessage({ id }) : code.replaceAll("_", " ");
    },
    [intl, language],
  );
}

/** Who did something: "operator" or "partner:north" as the service writes it. */
export function useActor(): (actor: string, names?: ReadonlyMap<string, string>) => string {
  const text = useText();
  const term = useTerm();
  return useCallback(
    (actor, names) => {
      const [role = "", id] = actor.split(":", 2);
      if (!id) return term("actor", role);
      return text("actor.named", { role: term("actor", role), name: names?.get(id) ?? id });
    },
    [text, term],
  );
}

/** The side of a two-language sentence that the person reads. */
export function useSaid(): (words: { zh: string; en: string }) => string {
  const { language } = useLanguage();
  return useCallback((words) => words[language] || words.en || words.zh, [language]);
}
