/**
 * The words of the switcher and the search, in both languages: they load with these, and not with the words of the
 * first paint.
 */
import type { Accessor } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { FindWords } from "./findWords.en.ts"
import { findWordsEn } from "./findWords.en.ts"
import { findWordsJa } from "./findWords.ja.ts"

export const findWords = { en: findWordsEn, ja: findWordsJa } as const

/** Call within a component. */
export const useFindWords = (): Accessor<FindWords> => {
  const { i18n } = useApp()
  return () => findWords[i18n.language()]
}
