/**
 * The words for coming in, in both languages: they come with the screens that need them, and not with the words that
 * everybody waits for.
 */
import type { Accessor } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { SessionWords } from "./sessionWords.en.ts"
import { sessionWordsEn } from "./sessionWords.en.ts"
import { sessionWordsJa } from "./sessionWords.ja.ts"

const words = { en: sessionWordsEn, ja: sessionWordsJa } as const

/** Call within a component. */
export const useSessionWords = (): Accessor<SessionWords> => {
  const { i18n } = useApp()
  return () => words[i18n.language()]
}
