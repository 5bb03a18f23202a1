/** The page's words in English, loaded alone. */
import { appWordsEn } from "../app/appWords.en.ts"
import { boardWordsEn } from "../features/board/boardWords.en.ts"
import { chatWordsEn } from "../features/chat/chatWords.en.ts"
import { conversationsWordsEn } from "../features/conversations/conversationsWords.en.ts"
import { devicesWordsEn } from "../features/devices/devicesWords.en.ts"
import { presenceWordsEn } from "../features/presence/presenceWords.en.ts"
import { sessionWordsEn } from "../features/session/sessionWords.en.ts"
import { settingsWordsEn } from "../features/settings/settingsWords.en.ts"
import { keysWordsEn } from "../ui/keysWords.en.ts"
import { kitWordsEn } from "../ui/kitWords.en.ts"
import type { Dictionary } from "./dictionary.ts"

export const en: Dictionary = {
  app: appWordsEn,
  board: boardWordsEn,
  chat: chatWordsEn,
  conversations: conversationsWordsEn,
  devices: devicesWordsEn,
  keys: keysWordsEn,
  kit: kitWordsEn,
  presence: presenceWordsEn,
  session: sessionWordsEn,
  settings: settingsWordsEn
}
