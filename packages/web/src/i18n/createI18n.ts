/** The page's language: chosen here or by the browser. Only its dictionary loads, and it switches without a reload. */
import { createSignal } from "solid-js"
import type { Kept } from "../lib/kept.ts"
import { retryForever } from "../lib/lazy.ts"
import { tellLanguage } from "../lib/serviceWorker.ts"
import type { Dictionary } from "./en.ts"
import { type Formats, localeFor, makeFormats } from "./formats.ts"
import type { I18n, Language } from "./I18n.ts"

export const languageKey = "hibiki.language"

export type Loaders = Readonly<Record<Language, () => Promise<Dictionary>>>

const loaders: Loaders = {
  ja: () => import("./ja.ts").then((module) => module.ja),
  en: () => import("./en.ts").then((module) => module.en)
}

const isLanguage = (tag: string | undefined): tag is Language => tag === "ja" || tag === "en"

/** Returns the stored choice, else the first of the browser's languages that has a dictionary, else English. */
export const languageFor = (kept: string | undefined, wanted: ReadonlyArray<string>): Language => {
  if (isLanguage(kept)) return kept
  return wanted.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en"
}

/**
 * Resolves once the dictionary is loaded, and retries until then: await it before the first paint. Lives as long as the
 * page.
 */
export const createI18n = async (
  kept: Kept,
  wanted: ReadonlyArray<string> = navigator.languages,
  load: Loaders = loaders
): Promise<I18n> => {
  const first = languageFor(kept.get(languageKey), wanted)
  const shownIn = (language: Language, dictionary: Dictionary): Shown => ({
    language,
    dictionary,
    formats: makeFormats(language, { locale: localeFor(language, wanted) })
  })
  const [shown, setShown] = createSignal(shownIn(first, await retryForever(load[first])))
  tell(first)
  let last = first
  const show = (language: Language) => {
    last = language
    // Until the dictionary is loaded the page keeps its language.
    void retryForever(load[language]).then((dictionary) => {
      // Of two quick switches the later one wins, whichever dictionary arrives first.
      if (last !== language) return
      tell(language)
      setShown(shownIn(language, dictionary))
    })
  }
  kept.onOther((key, value) => {
    if (key === languageKey && isLanguage(value)) show(value)
  })
  return {
    language: () => shown().language,
    setLanguage: (language) => {
      kept.set(languageKey, language)
      show(language)
    },
    t: () => shown().dictionary,
    time: (at) => shown().formats.time(at),
    day: (at, now) => shown().formats.day(at, now),
    short: (at, now) => shown().formats.short(at, now),
    ago: (at, now) => shown().formats.ago(at, now),
    full: (at) => shown().formats.full(at)
  }
}

const tell = (language: Language): void => {
  document.documentElement.lang = language
  void tellLanguage(language)
}

interface Shown {
  readonly language: Language
  readonly dictionary: Dictionary
  readonly formats: Formats
}
