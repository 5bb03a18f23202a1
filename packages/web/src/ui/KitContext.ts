/** The words that the controls themselves say, handed down by the page in its language. */
import { type Accessor, createContext, useContext } from "solid-js"
import type { KitWords } from "./kitWords.en.ts"

const KitContext = createContext<Accessor<KitWords>>()
export const KitProvider = KitContext.Provider

/** Call within a component. */
export const useKit = (): Accessor<KitWords> => {
  const words = useContext(KitContext)
  if (words === undefined) throw new Error("useKit outside of KitProvider")
  return words
}
