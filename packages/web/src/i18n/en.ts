/**
 * The page's words in English, loaded alone: one part for each feature of the first paint. Screens that few open, and
 * those for coming in, bring their words along, as `useBoardWords`. Values are texts, or functions where something is
 * counted or named. Other languages are typed by these.
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
