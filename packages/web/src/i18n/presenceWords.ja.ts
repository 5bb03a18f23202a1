/** Words for who is there, in Japanese. */
import { kitWordsJa } from "../ui/kitWords.ja.ts"
import type { PresenceWords } from "./presenceWords.en.ts"

export const presenceWordsJa: PresenceWords = {
  states: kitWordsJa.presence,
  kinds: { browser: "ブラウザー", terminal: "ターミナル", bot: "ボット" },
  invisible: "オンライン状態を隠しています",
  lastSeen: (ago) => `${ago}までオンライン`,
  idleSince: (ago) => `${ago}から離席中`,
  activeOn: (kinds) => `オンライン（${kinds.join("・")}）`
}
