/** The words that belong to no screen, in English. */
import type { AppWords } from "./appWords.ts"

export const appWordsEn: AppWords = { somebody: "Someone" }
