/** The console's words, in both languages, and its numbers: they load with the screen, and not with the first words. */
import { type Accessor, createMemo } from "solid-js"
import { useApp } from "../../model/App.ts"
import { type Figures, makeFigures } from "./figures.ts"
import { type OperateWords, operateWordsEn } from "./operateWords.en.ts"
import { operateWordsJa } from "./operateWords.ja.ts"

const words = { en: operateWordsEn, ja: operateWordsJa } as const

/** Call within a component. */
export const useOperateWords = (): Accessor<OperateWords> => {
  const { i18n } = useApp()
  return () => words[i18n.language()]
}

/** Call within a component. */
export const useFigures = (): Accessor<Figures> => {
  const { i18n } = useApp()
  return createMemo(() => makeFigures(i18n.language()))
}
