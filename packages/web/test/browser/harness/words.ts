/** The page's words, by which tests find what people find by reading. */
import { boardWordsEn } from "../../../src/features/board/boardWords.en.ts"
import { boardWordsJa } from "../../../src/features/board/boardWords.ja.ts"
import { notFoundWords } from "../../../src/features/chat/notFoundWords.ts"
import { newConversationWordsEn } from "../../../src/features/conversations/newConversationWords.en.ts"
import { newConversationWordsJa } from "../../../src/features/conversations/newConversationWords.ja.ts"
import { devicesWordsEn } from "../../../src/features/devices/devicesWords.en.ts"
import { devicesWordsJa } from "../../../src/features/devices/devicesWords.ja.ts"
import { findWordsEn } from "../../../src/features/find/findWords.en.ts"
import { findWordsJa } from "../../../src/features/find/findWords.ja.ts"
import { keysWordsEn } from "../../../src/features/help/keysWords.en.ts"
import { keysWordsJa } from "../../../src/features/help/keysWords.ja.ts"
import { operateWordsEn } from "../../../src/features/operate/operateWords.en.ts"
import { operateWordsJa } from "../../../src/features/operate/operateWords.ja.ts"
import { sessionWordsEn } from "../../../src/features/session/sessionWords.en.ts"
import { sessionWordsJa } from "../../../src/features/session/sessionWords.ja.ts"
import { settingsWordsEn } from "../../../src/features/settings/settingsWords.en.ts"
import { settingsWordsJa } from "../../../src/features/settings/settingsWords.ja.ts"
import { en } from "../../../src/i18n/en.ts"
import { ja } from "../../../src/i18n/ja.ts"

const words = {
  en: {
    ...en,
    board: boardWordsEn,
    devices: devicesWordsEn,
    find: findWordsEn,
    newConversation: newConversationWordsEn,
    notFound: notFoundWords.en,
    keys: keysWordsEn,
    operate: operateWordsEn,
    session: sessionWordsEn,
    settings: settingsWordsEn
  },
  ja: {
    ...ja,
    board: boardWordsJa,
    devices: devicesWordsJa,
    find: findWordsJa,
    newConversation: newConversationWordsJa,
    notFound: notFoundWords.ja,
    keys: keysWordsJa,
    operate: operateWordsJa,
    session: sessionWordsJa,
    settings: settingsWordsJa
  }
} as const

export const wordsOf = (language: "ja" | "en") => words[language]
