/** The words that belong to no screen, in Japanese. */
import type { AppWords } from "./appWords.ts"

export const appWordsJa: AppWords = {
  somebody: "どなたか",
  inviteUnused: (name) => `すでに${name}さんとしてサインインしているため、招待は使われませんでした。`
}
