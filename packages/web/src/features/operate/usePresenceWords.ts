/** Words of the screen about people online: they load with it. */
import type { Accessor } from "solid-js"
import { useApp } from "../../model/App.ts"
import { type PresenceWords, presenceWordsEn } from "./presenceWords.en.ts"
import { presenceWordsJa } from "./presenceWords.ja.ts"

const words = { en: presenceWordsEn, ja: presenceWordsJa } as const

/** Call within a component. */
export const usePresenceWords = (): Accessor<PresenceWords> => {
  const { i18n } = useApp()
  return () => words[i18n.language()]
}
