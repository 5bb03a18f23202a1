/** Words for the keyboard help, in Japanese. */
import type { KeysWords } from "./keysWords.en.ts"

export const keysWordsJa: KeysWords = {
  title: "キーボードショートカット",
  groups: { everywhere: "全般", list: "会話の一覧", timeline: "メッセージ", composer: "入力欄" },
  switcher: "会話への移動や操作を検索",
  search: "メッセージを検索",
  help: "この一覧を開く",
  panes: "次の領域へ移動（Shift で前へ）",
  escape: "閉じる・既読にする",
  previous: "前の会話",
  next: "次の会話",
  previousUnread: "前の未読",
  nextUnread: "次の未読",
  newConversation: "新しい会話",
  rows: "メッセージ間を移動",
  pages: "10件ずつ移動",
  ends: "表示中の最初または最後のメッセージへ移動",
  acts: "メッセージの操作へ移動",
  editLast: "自分の最後のメッセージを編集（入力欄が空のとき）",
  mention: "メンション（↑ ↓ で選択、Enter で決定）",
  newLine: "改行",
  bold: "太字",
  italic: "斜体",
  code: "コード",
  strike: "取り消し線"
}
