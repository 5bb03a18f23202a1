/** The page's words in Japanese, loaded alone. */

import { chatWordsJa } from "../features/chat/chatWords.ja.ts"
import { conversationsWordsJa } from "../features/conversations/conversationsWords.ja.ts"
import { presenceWordsJa } from "../features/presence/presenceWords.ja.ts"
import { appWordsJa } from "../model/appWords.ja.ts"
import { kitWordsJa } from "../ui/kitWords.ja.ts"
import type { Dictionary } from "./en.ts"

export const ja: Dictionary = {
  app: appWordsJa,
  chat: chatWordsJa,
  conversations: conversationsWordsJa,
  kit: kitWordsJa,
  presence: presenceWordsJa
}
