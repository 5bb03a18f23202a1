/** The page's words in Japanese, loaded alone. */

import { kitWordsJa } from "../ui/kitWords.ja.ts"
import { appWordsJa } from "./appWords.ja.ts"
import { chatWordsJa } from "./chatWords.ja.ts"
import { conversationsWordsJa } from "./conversationsWords.ja.ts"
import type { Dictionary } from "./en.ts"
import { presenceWordsJa } from "./presenceWords.ja.ts"

export const ja: Dictionary = {
  app: appWordsJa,
  chat: chatWordsJa,
  conversations: conversationsWordsJa,
  kit: kitWordsJa,
  presence: presenceWordsJa
}
