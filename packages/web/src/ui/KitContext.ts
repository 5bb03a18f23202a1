/** The words of the controls themselves, which the page provides in its language. */
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
