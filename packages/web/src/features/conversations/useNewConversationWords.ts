/**
 * The words of the screen "new", in both languages: they load with it, or with the search for people, and not with the
 * words of the first paint.
 */
import type { Accessor } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { NewConversationWords } from "./newConversationWords.en.ts"
import { newConversationWordsEn } from "./newConversationWords.en.ts"
import { newConversationWordsJa } from "./newConversationWords.ja.ts"

const words = { en: newConversationWordsEn, ja: newConversationWordsJa } as const

/** Call within a component. */
export const useNewConversationWords = (): Accessor<NewConversationWords> => {
  const { i18n } = useApp()
  return () => words[i18n.language()]
}
