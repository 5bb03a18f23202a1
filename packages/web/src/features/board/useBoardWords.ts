/** The board's words, in both languages: they load with the screen, and not with the words of the first paint. */
import type { Accessor } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { BoardWords } from "./boardWords.en.ts"
import { boardWordsEn } from "./boardWords.en.ts"
import { boardWordsJa } from "./boardWords.ja.ts"

const words = { en: boardWordsEn, ja: boardWordsJa } as const

/** Call within a component. */
export const useBoardWords = (): Accessor<BoardWords> => {
  const { i18n } = useApp()
  return () => words[i18n.language()]
}
