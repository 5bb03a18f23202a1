/** 会話画面の言葉 (日本語) */
import { withHonorific } from "./appWords.ja.ts"
import type { ChatWords } from "./chatWords.en.ts"

const roles = { owner: "オーナー", admin: "管理者", member: "メンバー" } as const
const kinds = { group: "グループ", channel: "チャンネル", direct: "ダイレクト" } as const

export const chatWordsJa: ChatWords = {
  timeline: {
    label: (title) => `${title}のメッセージ`,
    unreadFrom: "ここから未読",
    older: "これより前のメッセージ",
    gap: "途切れています",
    load: "読み込む",
    loading: "読み込み中…",
    notLoaded: "読み込めませんでした。",
    empty: (title) => `${title}との会話はまだありません。`,
    greet: "あいさつを送る",
    greeting: "こんにちは！",
    notes: "自分だけのメモです。覚えておきたいことをどうぞ。",
    newMessages: (count) => `新着${count}`,
    toNew: (count) => `新着${count}件、最新へ`,
    toLatest: "最新へ",
    toUnread: (count) => `未読${count}件へ`,
    row: ({ author, state, text, time }) => [author, time, text, state].filter((part) => part !== "").join("、")
  },
  row: {
    edited: "（編集済み）",
    pinned: "ピン留め",
    deleted: "メッセージは削除されました",
    deleting: "削除します…",
    mention: "あなたへのメンション",
    replyTo: (name) => `${withHonorific(name)}への返信`,
    replyUnknown: "元のメッセージを表示",
    replyDeleted: "削除されたメッセージ",
    reaction: (emoji, count, mine) => `${emoji} ${count}人${mine ? "、あなたも" : ""}`
  },
  state: {
    queued: "送信待ち",
    sending: "送信中",
    unanswered: "確認できていません。自動で確かめています",
    unkept: "このブラウザに保存できていません。送信されるまでページを閉じないでください",
    withdrawing: "取り消し中",
    stored: "送信済み",
    sent: "送信済み",
    delivered: "配達済み",
    read: "既読",
    failed: "送信できませんでした",
    changing: "反映中"
  },
  act: {
    react: "リアクション",
    reply: "返信",
    edit: "編集",
    delete: "削除",
    copyText: "テキストをコピー",
    markUnread: "ここから未読にする",
    pin: "ピン留めする",
    unpin: "ピン留めを外す",
    more: "その他の操作",
    readers: "既読の人を表示",
    sendAgain: "再送",
    discard: "破棄",
    tryNow: "今すぐ再試行",
    takeBack: "取り消し",
    undo: "元に戻す",
    cancel: "キャンセル",
    copy: "コピー",
    showSpoiler: "ネタバレを表示",
    showMore: "続きを表示",
    showLess: "折りたたむ"
  },
  told: {
    copied: "コピーしました。",
    notCopied: "コピーできませんでした。",
    markedUnread: "ここから未読にしました。",
    tooLate: "間に合いませんでした。もう削除されています。",
    notDone: "できませんでした。少し待ってからもう一度お試しください。",
    sentMeanwhile: "もう送信されています。本文はそのまま残してあります。"
  },
  problem: {
    not_found: "この会話は見つからないか、もう参加していません",
    forbidden: "この操作は許可されていません",
    conflict: "代わりに別の内容が送信されています",
    withdrawn: "取り消し済みです",
    no_change: "すでにそうなっています",
    invalid_target: "対象のメッセージがないか、この操作はできません",
    too_many: "ここでの上限に達しました",
    last_owner: "先に、メンバーのメニューからほかの人をオーナーにしてください",
    unsupported: "この会話ではできません",
    epoch_changed: "サーバーが復元されたため、届いたかどうか分かりません",
    not_json: "内容を読み取れませんでした",
    too_deep: "内容を読み取れませんでした",
    too_large: "長すぎます",
    unknown_op: "サーバーがこの操作に対応していません",
    unknown_field: "サーバーがこの操作に対応していません",
    missing_field: "内容を読み取れませんでした",
    bad_type: "内容を読み取れませんでした",
    bad_id: "内容を読み取れませんでした",
    bad_number: "内容を読み取れませんでした",
    nul: "保存できない文字が含まれています",
    surrogate: "壊れた文字が含まれています",
    too_long: "長すぎます。4,000文字まで送れます",
    blank: "表示できる文字がありません",
    not_emoji: "リアクションにできるのは絵文字1つだけです",
    too_many_marks: "1つの文字に記号が重なりすぎています",
    empty: "本文がありません",
    outbox_full: "送信待ちがいっぱいです。接続が戻ってからお試しください",
    unknown_row: "もう送信されています",
    handed_over: "もうサーバーに渡したので、編集や破棄はできません",
    not_possible: "今はできません"
  },
  failed: {
    edit: (text) => `編集: ${text}`,
    delete: "メッセージの削除",
    react: (emoji, on) => `リアクション${emoji}の${on ? "追加" : "取り消し"}`
  },
  system: {
    created: ({ by, people, title, what }) =>
      `${withHonorific(by)}が${kinds[what]}「${title}」を作成しました${people === "" ? "" : `（${people}）`}`,
    joined: ({ by, people }) =>
      people === "" ? `${withHonorific(by)}が参加しました` : `${withHonorific(by)}が${people}を追加しました`,
    left: ({ by, people }) =>
      people === "" ? `${withHonorific(by)}が退出しました` : `${withHonorific(by)}が${people}を外しました`,
    pinned: ({ by }) => `${withHonorific(by)}がメッセージをピン留めしました`,
    renamed: ({ by, title }) => `${withHonorific(by)}が名前を「${title}」に変更しました`,
    roleChanged: ({ by, person, role }) => `${withHonorific(by)}が${withHonorific(person)}を${roles[role]}にしました`
  },
  names: (names, more) => `${names.map(withHonorific).join("、")}${more > 0 ? `ほか${more}人` : ""}`,
  reactions: { title: "リアクションを選ぶ" },
  readers: { title: "既読" },
  composer: {
    label: (title) => `${title}へのメッセージ`,
    placeholder: (title) => `${title}へメッセージ`,
    send: "送信",
    save: "保存",
    left: (count) => `あと${count}文字`,
    over: (count) => `${count}文字オーバー`,
    tooLong: (count) => `${count}文字多いため、送信していません。短くするか、分けて送ってください。`,
    editing: "メッセージを編集中",
    editingUnsent: "未送信のメッセージを編集中",
    replying: (name) => `${withHonorific(name)}に返信`,
    hint: { enter: "Enter で送信、Shift+Enter で改行", modEnter: "Ctrl+Enter で送信、Enter で改行" }
  },
  connection: {
    connecting: "接続しています…",
    offline: "オフラインです。接続が戻ると自動で送ります。",
    waiting: (seconds) => `接続が切れています。${seconds}秒後に再接続します。`,
    notConnected: "接続が切れています。まもなく再接続します。",
    retryNow: "今すぐ再接続",
    unsent: (count) => `未送信${count}件は保存済み`,
    stopped: {
      replaced: "この画面は別の場所で開かれました。",
      revoked: "この端末はサインアウトされました。",
      version: "新しい版があります。ページを再読み込みしてください。",
      signedOut: "サインアウトしています。",
      bad_frame: "サーバーとの通信で問題が起きました。ページを再読み込みしてください。"
    },
    reload: "再読み込み"
  },
  typing: (names, more) =>
    names.length === 0 ? "" : `${names.map(withHonorific).join("、")}${more ? "ほか" : ""}が入力中…`,
  header: {
    back: "会話の一覧へ",
    search: "メッセージを検索",
    details: "詳細",
    online: (count) => `${count}人がオンライン`,
    members: (count) => `メンバー ${count}人`,
    notes: "メモ",
    notesHint: "自分だけに見えます",
    unknown: "会話"
  },
  details: {
    title: "詳細",
    close: "詳細を閉じる",
    width: "詳細の幅",
    members: (count) => `メンバー ${count}人`,
    role: roles,
    add: "人を追加",
    remove: (name) => `${withHonorific(name)}を外す`,
    leave: "退出",
    manage: (name) => `${withHonorific(name)}の操作`
  },
  announce: {
    message: (name, text) => `${name}: ${text}`,
    messages: (count) => `新着${count}件`,
    notSent: (reason) => `送信できませんでした。${reason}。`
  }
}
