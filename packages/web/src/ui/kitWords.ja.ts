/** Words of the controls themselves, in Japanese. */
import type { KitWords } from "./kitWords.en.ts"

export const kitWordsJa: KitWords = {
  close: "閉じる",
  dismiss: "お知らせを閉じる",
  notices: "お知らせ",
  loading: "読み込み中",
  retry: "再試行",
  cancel: "キャンセル",
  back: "戻る",
  skip: "本文へ移動",
  copy: "コピー",
  copied: "コピーしました",
  showPassword: "パスワードを表示",
  hidePassword: "パスワードを隠す",
  capsLock: "Caps Lock がオンです。",
  presence: { active: "オンライン", idle: "離席中", offline: "オフライン" }
}
