/** Words for who is there, in Japanese. */
import type { PresenceWords } from "./presenceWords.en.ts"

export const presenceWordsJa: PresenceWords = {
  states: { active: "オンライン", idle: "離席中", offline: "オフライン" },
  kinds: { browser: "ブラウザー", terminal: "ターミナル", bot: "ボット" },
  invisible: "オンライン状態を隠しています",
  lastSeen: (ago) => `${ago.replaceAll(" ", "")}までオンライン`,
  idleSince: (ago) => `${ago.replaceAll(" ", "")}から離席中`,
  activeOn: (kinds) => `オンライン（${kinds.join("・")}）`
}
