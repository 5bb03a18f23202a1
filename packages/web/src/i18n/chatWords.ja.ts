/** The words of the conversation screen in Japanese. */
import { withHonorific } from "./appWords.ja.ts"
import type { ChatWords } from "./chatWords.en.ts"

const roles = { owner: "オーナー", admin: "管理者", member: "メンバー" } as const
const kinds = { group: "グループ", channel: "チャンネル", direct: "ダイレクト" } as const

export const chatWordsJa: ChatWords = {
  timeline: {
    label: (title) => `${title}のメッセージ`,
    unreadFrom: "ここから未読",
    older: "これより前のメッセージ",
    gap: "読み込まれていないメッセージがあります",
    load: "読み込む",
    loading: "読み込み中…",
    notLoaded: "読み込めませんでした。",
    empty: () => "まだメッセージはありません。",
    greet: "あいさつを送る",
    greeting: "こんにちは！",
    notes: "自分だけが見られるメモです。覚えておきたいことを書いておけます。",
    newMessages: (count) => `新着${count}`,
    toNew: (count) => `新着${count}件、最新へ移動`,
    toLatest: "最新へ",
    toUnread: (count) => `未読${count}件へ`,
    row: ({ author, state, text, time }) => [author, time, text, state].filter((part) => part !== "").join("、")
  },
  row: {
    edited: "（編集済み）",
    pinned: "ピン留め",
    deleted: "メッセージは削除されました",
    deleting: "削除中…",
    mention: "あなたへのメンション",
    replyTo: (name) => `${withHonorific(name)}への返信`,
    replyUnknown: "元のメッセージを表示",
    replyDeleted: "削除されたメッセージ",
    reaction: (emoji, count, mine) => `${emoji} ${count}人${mine ? "（自分を含む）" : ""}`
  },
  state: {
    queued: "送信待ち",
    sending: "送信中",
    unanswered: "送信できたか自動で確認しています",
    unkept: "このブラウザーに保存できていません。送信されるまでページを閉じないでください",
    withdrawing: "取り消し中",
    stored: "送信済み",
    sent: "送信済み",
    delivered: "相手に届きました",
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
    copyId: "メッセージIDをコピー",
    markUnread: "ここから未読にする",
    pin: "ピン留め",
    unpin: "ピン留めを解除",
    more: "その他の操作",
    readers: "既読のメンバーを表示",
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
    tooLate: "すでに削除されたため、元に戻せません。",
    notDone: "操作を完了できませんでした。しばらくしてから、もう一度お試しください。",
    sentMeanwhile: "すでに送信されています。入力した内容は残っています。"
  },
  problem: {
    not_found: "会話が見つからないか、あなたがメンバーではありません",
    forbidden: "この操作は許可されていません",
    conflict: "別の内容がすでに送信されています",
    withdrawn: "取り消し済みです",
    no_change: "すでに反映されています",
    invalid_target: "メッセージが見つからないか、この操作に対応していません",
    too_many: "上限に達しています",
    last_owner: "先に、メンバーのメニューからほかの人をオーナーにしてください",
    banned: "この会話への参加を禁止されている人が含まれています",
    closed: "この会話は終了しています",
    slow_mode: "低速モードです。しばらく待ってから、もう一度送信してください",
    unsupported: "この会話では利用できません",
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
    surrogate: "正しくない文字が含まれています",
    too_long: "長すぎます。送信できるのは4,000文字までです",
    blank: "表示できる文字がありません",
    not_emoji: "リアクションにできるのは絵文字1つだけです",
    too_many_marks: "1つの文字に付けられた記号が多すぎます",
    empty: "本文がありません",
    outbox_full: "送信待ちが上限に達しています。接続が戻ってから、もう一度お試しください",
    unknown_row: "すでに送信されています",
    handed_over: "すでにサーバーに送信したため、編集や破棄はできません",
    not_possible: "現在、この操作はできません"
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
    roleChanged: ({ by, person, role }) => `${withHonorific(by)}が${withHonorific(person)}を${roles[role]}にしました`,
    banned: ({ by, people }) => `${withHonorific(by)}が${people}の参加を禁止しました`,
    unbanned: ({ by, people }) => `${withHonorific(by)}が${people}の参加禁止を解除しました`,
    rulesChanged: ({ by }) => `${withHonorific(by)}がルールを変更しました`,
    closed: ({ by, operator }) => `${operator ? "サーバーの管理者" : withHonorific(by)}が会話を終了しました`,
    reopened: ({ by, operator }) => `${operator ? "サーバーの管理者" : withHonorific(by)}が会話を再開しました`
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
    over: (count) => `${count}文字超過`,
    tooLong: (count) => `${count}文字超過しているため、送信していません。短くするか、分けて送信してください。`,
    editing: "メッセージを編集中",
    editingUnsent: "未送信のメッセージを編集中",
    replying: (name) => `${withHonorific(name)}に返信中`,
    hint: { enter: "Enter で送信、Shift+Enter で改行", modEnter: "Ctrl+Enter で送信、Enter で改行" }
  },
  connection: {
    connecting: "接続しています…",
    offline: "オフラインです。接続が戻ると自動で送信します。",
    waiting: (seconds) => `接続が切れています。${seconds}秒後に再接続します。`,
    notConnected: "接続が切れています。まもなく再接続します。",
    retryNow: "今すぐ再接続",
    unsent: (count) => `未送信${count}件を保存済み`,
    stopped: {
      replaced: "別の場所で開かれたため、この画面の接続は終了しました。",
      revoked: "この端末はサインアウトされました。",
      version: "新しいバージョンがあります。ページを再読み込みしてください。",
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
    notes: "自分用メモ",
    notesHint: "自分だけに見えます",
    unknown: "会話"
  },
  details: {
    title: "詳細",
    close: "詳細を閉じる",
    width: "詳細の幅",
    members: (count) => `メンバー ${count}人`,
    role: roles,
    add: "メンバーを追加",
    remove: (name) => `${withHonorific(name)}を外す`,
    leave: "退出",
    manage: (name) => `${withHonorific(name)}への操作`
  },
  announce: {
    message: (name, text) => `${name}: ${text}`,
    messages: (count) => `新着${count}件`,
    notSent: (reason) => `送信できませんでした。${reason}。`
  }
}
