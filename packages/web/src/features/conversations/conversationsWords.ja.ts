/** Words of the conversation list, in Japanese. */
import type { ConversationsWords } from "./conversationsWords.ts"

export const conversationsWordsJa: ConversationsWords = {
  title: "会話",
  list: "会話の一覧",
  filter: "会話を絞り込む",
  filterEmpty: (text) => `「${text}」に合う会話はありません。`,
  clearFilter: "絞り込みを解除",
  start: "新しい会話",
  sections: { unread: "未読", direct: "ダイレクト", groups: "グループ", channels: "チャンネル" },
  empty: "まだ会話がありません。最初のひとことを届けましょう。",
  firstSteps: "ひとりと話したり、グループを作成したり、自分用のメモを残したりできます。ほかの人には、あなたの表示名が見えます。",
  toProfile: "名前を設定",
  nothingOpen: "会話を選ぶと、ここに開きます。",
  unread: (count, capped) => (capped ? `未読${count - 1}件以上` : `未読${count}件`),
  muted: "ミュート中",
  markedUnread: "未読にした会話",
  more: (count) => `ほか${count}件`,
  draft: "下書き",
  notSent: {
    toast: (title, count) => `${title === undefined ? "一覧にない会話" : `「${title}」`}で${count}件を送信できませんでした。`,
    show: "表示",
    unlisted: "一覧にない会話",
    items: (count) => `${count}件`
  },
  roles: { owner: "オーナー", admin: "管理者", member: "メンバー" },
  last: {
    own: (text) => `自分: ${text}`,
    by: (name, text) => `${name}: ${text}`,
    deleted: "メッセージは削除されました",
    none: "まだメッセージはありません",
    created: (name) => `${name}さんが作成しました`,
    joined: (name, count) => (count > 1 ? `${name}さんほか${count - 1}人が参加しました` : `${name}さんが参加しました`),
    left: (name) => `${name}さんが退出しました`,
    renamed: (name, title) => `${name}さんが名前を「${title}」に変更しました`,
    roleChanged: (name, role) => `${name}さんが${role}になりました`
  },
  own: {
    menu: (name) => `${name}のメニュー`,
    invisible: "オンライン状態を隠す",
    settings: "設定",
    devices: "端末",
    board: "在席ボード",
    help: "キーボード操作",
    signOut: "サインアウト",
    signOutTitle: "サインアウトしますか？",
    signOutUnsent: (count) =>
      `まだ送られていないメッセージが${count}件あります。この端末に残り、次に同じアカウントでサインインしたときに送られます。`,
    signOutLost: (count) =>
      `まだ送られていないメッセージが${count}件あります。このブラウザーには保存できないため、今サインアウトすると失われます。`,
    signOutAnyway: "それでもサインアウト",
    invisibleFailed: "切り替えられませんでした。接続を確かめて、もう一度お試しください。"
  },
  fresh: {
    title: "新しい会話",
    person: "だれと話しますか？",
    personHint: "名前かユーザー名のはじめの文字を入力してください。",
    personNone: "見つかりませんでした。ユーザー名をすべて入力すると見つかることがあります。",
    personAlready: "見つかった人は、すでに参加しています。",
    talk: "話す",
    notesAct: "自分用メモを開く",
    notesHint: "自分だけが見られる場所です。",
    kind: "種類",
    group: "グループ",
    groupHint: "招かれた人だけの会話です。",
    channel: "チャンネル",
    channelHint: "だれでも見つけて参加できます。",
    name: "名前",
    members: "メンバー",
    membersHint: "あとから追加することもできます。",
    add: "追加",
    remove: "外す",
    create: "作成",
    tabs: { person: "ひとりと", room: "みんなと", channels: "チャンネルを探す" },
    channelsFilter: "チャンネル名",
    channelsNone: "まだチャンネルがありません。",
    channelsNoneFor: (text) => `「${text}」で始まるチャンネルはありません。`,
    memberCount: (count) => `${count}人`,
    join: "参加",
    joinNamed: (title) => `${title}に参加`,
    open: "開く",
    openNamed: (title) => `${title}を開く`,
    found: (count) => `${count}件見つかりました`,
    missingName: "名前を入力してください。",
    failed: {
      unreachable: "サーバーに接続できません。接続が戻ったら、もう一度お試しください。",
      refused: "この操作はできませんでした。",
      rateLimited: "操作が続いています。少し待って、もう一度お試しください。",
      tooMany: "これ以上は追加できません。",
      gone: "この会話は、もう開けません。"
    }
  }
}
