/** Words of the conversation list, in Japanese. */
import type { ConversationsWords } from "./conversationsWords.en.ts"

export const conversationsWordsJa: ConversationsWords = {
  title: "会話",
  list: "会話の一覧",
  width: "会話一覧の幅",
  filter: "会話を絞り込む",
  filterEmpty: (text) => `「${text}」に一致する会話はありません。`,
  clearFilter: "絞り込みを解除",
  switcher: "クイック移動",
  start: "新しい会話",
  sections: {
    unread: "未読",
    favourites: "お気に入り",
    direct: "ダイレクト",
    groups: "グループ",
    channels: "チャンネル"
  },
  empty: "まだ会話がありません。最初のひとことを届けましょう。",
  noneYet: "会話はまだありません",
  firstSteps:
    "1対1で話したり、グループを作成したり、自分用メモを残したりできます。ほかの人には、あなたの表示名が見えます。",
  toProfile: "名前を設定",
  invite: "人を招待",
  nothingOpen: "会話を選ぶと、ここに表示されます。",
  unread: (count, capped) => (capped ? `未読${count - 1}件以上` : `未読${count}件`),
  mentions: (count, capped) => `あなたへのメンション${capped ? `${count - 1}件以上` : `${count}件`}`,
  muted: "ミュート中",
  markedUnread: "未読にした会話",
  draft: "下書き",
  notSent: {
    toast: (title, count) =>
      `${title === undefined ? "一覧にない会話" : `「${title}」`}に${count}件を送信できませんでした。`,
    show: "表示",
    unlisted: "一覧にない会話",
    items: (count) => `${count}件`
  },
  stayed: (text) => `「${text}」は取り消せませんでした。会話に残ります。`,
  last: {
    own: (text) => `自分: ${text}`,
    by: (name, text) => `${name}: ${text}`,
    deleted: "メッセージは削除されました",
    none: "まだメッセージはありません",
    newer: "表示できない内容です"
  },
  own: {
    menu: (name) => `${name}のメニュー`,
    invisible: "オンライン状態を隠す",
    settings: "設定",
    devices: "端末",
    board: "在席ボード",
    operate: "運用",
    help: "キーボードショートカット",
    signOut: "サインアウト",
    invisibleFailed: "切り替えられませんでした。接続を確認して、もう一度お試しください。"
  },
  failed: {
    unreachable: "サーバーに接続できません。接続が戻ったら、もう一度お試しください。",
    refused: "操作を完了できませんでした。",
    rateLimited: "操作の回数が多いため、一時的に制限しています。しばらくしてから、もう一度お試しください。",
    tooMany: "これ以上は追加できません。",
    gone: "この会話は開けなくなりました。"
  }
}
