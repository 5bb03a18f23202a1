/**
 * The page's words in English, loaded alone: one part for each feature of the first paint. Rarely opened screens, and
 * those for sign-in and registration, load their own words, as `useBoardWords` does. Values are texts, or functions of
 * counts or names. The types of the other languages derive from these.
 */

import { kitWordsEn } from "../ui/kitWords.en.ts"
import { appWordsEn } from "./appWords.en.ts"
import { chatWordsEn } from "./chatWords.en.ts"
import { conversationsWordsEn } from "./conversationsWords.en.ts"
import { presenceWordsEn } from "./presenceWords.en.ts"

export const en = {
  app: appWordsEn,
  chat: chatWordsEn,
  conversations: conversationsWordsEn,
  kit: kitWordsEn,
  presence: presenceWordsEn
}

export type Dictionary = typeof en
