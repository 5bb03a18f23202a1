/** The page's words in English, loaded alone. */
import { appWordsEn } from "../app/appWords.en.ts"
import { chatWordsEn } from "../features/chat/chatWords.en.ts"
import { conversationsWordsEn } from "../features/conversations/conversationsWords.en.ts"
import { presenceWordsEn } from "../features/presence/presenceWords.en.ts"
import { kitWordsEn } from "../ui/kitWords.en.ts"
import type { Dictionary } from "./dictionary.ts"

export const en: Dictionary = {
  app: appWordsEn,
  chat: chatWordsEn,
  conversations: conversationsWordsEn,
  kit: kitWordsEn,
  presence: presenceWordsEn
}
