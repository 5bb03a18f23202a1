/** The words about the connection in Japanese. */
import type { ConnectionWords } from "./connectionWords.ts"

export const connectionWordsJa: ConnectionWords = {
  connecting: "接続しています…",
  offline: "オフラインです。接続が戻ると自動で送ります。",
  waiting: (seconds) => `接続が切れています。${seconds} 秒後に再接続します。`,
  waitingHeard: "接続が切れています。自動で再接続します。",
  retryNow: "今すぐ再接続",
  unsent: (count) => `未送信 ${count} 件は保存済み`,
  stopped: {
    replaced: "この画面は別の場所で開かれました。",
    revoked: "この端末はログアウトされました。",
    version: "新しい版があります。ページを読み込み直してください。",
    signedOut: "ログアウトしています。",
    bad_frame: "サーバーとの通信で問題が起きました。ページを読み込み直してください。"
  },
  reload: "読み込み直す"
}
