/** Words for the keyboard help, in Japanese. */
import type { KeysWords } from "./keysWords.en.ts"

export const keysWordsJa: KeysWords = {
  title: "キーボード操作",
  groups: { everywhere: "どこでも", list: "会話の一覧", timeline: "メッセージ", composer: "入力欄" },
  switcher: "会話へ移動・操作を探す",
  search: "メッセージを検索",
  help: "この一覧を開く",
  panes: "次の区画へ移る（Shift で前へ）",
  escape: "閉じる・既読にする",
  previous: "前の会話",
  next: "次の会話",
  previousUnread: "前の未読",
  nextUnread: "次の未読",
  fresh: "新しい会話",
  rows: "メッセージを移る",
  pages: "メッセージを10件ずつ移る",
  ends: "表示中の最初か最後のメッセージへ",
  acts: "メッセージの操作に入る",
  editLast: "最後の自分のメッセージを編集（空のとき）",
  mention: "メンション（↑ ↓ で選び Enter で決定）",
  newLine: "改行",
  bold: "太字",
  italic: "斜体",
  code: "コード",
  strike: "取り消し線"
}
