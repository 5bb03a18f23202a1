/**
 * The words for sign-in and registration, in both languages: they load with their screens, and not with the words of
 * the first paint.
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
