/** Words of the settings, in Japanese. */
import type { SettingsWords } from "./settingsWords.en.ts"

export const settingsWordsJa: SettingsWords = {
  title: "設定",
  sections: {
    profile: "プロフィール",
    appearance: "表示",
    writing: "入力",
    notifications: "通知",
    privacy: "プライバシー",
    password: "パスワード",
    invites: "招待",
    operate: "運用",
    about: "Hibiki について"
  },
  save: "保存",
  saved: "保存しました。",
  displayName: "表示名",
  displayNameMissing: "表示名を入力してください。",
  handle: "ユーザー名",
  language: "言語",
  languages: { ja: "日本語", en: "English" },
  theme: "テーマ",
  themes: { system: "端末の設定に合わせる", light: "ライト", dark: "ダーク" },
  density: "表示間隔",
  densities: { comfortable: "ゆったり", compact: "コンパクト" },
  sendKey: "送信キー",
  sendKeys: { enter: "Enter で送信", modEnter: "Ctrl+Enter で送信" },
  sendKeyHint: "Shift+Enter はいつでも改行です。変換を確定する Enter では送信されません。",
  pageNotifications: "Hibiki を開いている間に通知する",
  pageNotificationsHint:
    "この端末で Hibiki のページを開いたまま、ほかの画面を見ているときに通知します。送信者とメッセージの冒頭を表示します。",
  pageNotificationsOff: "同じ通知が重ならないよう、離れているときの通知がオンの間はオフになります。",
  pushNotifications: "離れているときに通知する",
  pushNotificationsHint:
    "どの端末でも Hibiki を使っていないとき、この端末に通知します。未読があることだけを知らせ、内容は表示しません。",
  notificationsFailed: {
    blocked:
      "ブラウザーがこのページの通知をブロックしています。ブラウザーの設定で許可してから、もう一度お試しください。",
    failed: "ブラウザーの通知サービスに接続できません。しばらくしてから、もう一度お試しください。",
    notOffered: "このサーバーからは、このブラウザーに通知を送れません。",
    unreachable: "サーバーに接続できません。接続が戻ったら、もう一度お試しください。"
  },
  invisible: "オンライン状態を隠す",
  invisibleHint: "ほかの人からはオフラインに見えます。入力中の表示や既読も伝わりません。",
  devices: "端末を管理",
  devicesHint: "サインインしている端末の確認やサインアウトができます。",
  currentPassword: "現在のパスワード",
  nextPassword: "新しいパスワード",
  revokeOthers: "ほかのすべての端末からサインアウトする",
  changePassword: "パスワードを変更",
  passwordChanged: "パスワードを変更しました。",
  inviteHint:
    "リンクを受け取った人は、指定した人数と有効期間の範囲でアカウントを作成できます。リンクはこの画面に一度だけ表示されます。",
  inviteCreate: "招待リンクを作成",
  inviteLink: "招待リンク",
  inviteValid: (hours, people) =>
    `${hours % 24 === 0 ? `${hours / 24}日間` : `${hours}時間`}、${people}人まで使えます。`,
  invitePeople: "人数",
  invitePeopleWrong: (most) => `1から${most}までの数を入力してください。`,
  inviteTime: "有効期間",
  inviteDays: (days) => `${days}日間`,
  inviteList: "有効な招待リンク",
  inviteMore: "さらに表示",
  inviteUsed: (used, people) => `${people}人中${used}人が使用`,
  inviteUntil: (time) => `${time}まで`,
  inviteEnd: "無効にする",
  inviteEnded: "リンクを無効にしました。",
  aboutText: "声が届く、静かな部屋。会話の内容は、このサーバーにだけ保存されます。",
  operate: "運用コンソール",
  operateHint: "プロセス、アクター、ソケットの現在の状態",
  shortcuts: "キーボードショートカットを表示",
  failed: {
    wrongPassword: "パスワードが違います。",
    rateLimited: (seconds) => `試行回数が多いため、一時的に制限しています。${seconds}秒後にもう一度お試しください。`,
    unreachable: "サーバーに接続できません。接続が戻ったら、もう一度お試しください。",
    other: "保存できませんでした。もう一度お試しください。"
  }
}
