/**
 * The words of the screen "new", in both languages: they come with it, or with the search for people, and not with the
 * words that everybody waits for.
 */
import type { Accessor } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { FreshWords } from "./freshWords.en.ts"
import { freshWordsEn } from "./freshWords.en.ts"
import { freshWordsJa } from "./freshWords.ja.ts"

const words = { en: freshWordsEn, ja: freshWordsJa } as const

/** Call within a component. */
export const useFreshWords = (): Accessor<FreshWords> => {
  const { i18n } = useApp()
  return () => words[i18n.language()]
}
