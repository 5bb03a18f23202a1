/** Words of the screen about one message and of acts on processes: they load with the first of these screens. */
import type { Accessor } from "solid-js"
import { useApp } from "../../model/App.ts"
import { type TraceWords, traceWordsEn } from "./traceWords.en.ts"
import { traceWordsJa } from "./traceWords.ja.ts"

const words = { en: traceWordsEn, ja: traceWordsJa } as const

/** Call within a component. */
export const useTraceWords = (): Accessor<TraceWords> => {
  const { i18n } = useApp()
  return () => words[i18n.language()]
}
