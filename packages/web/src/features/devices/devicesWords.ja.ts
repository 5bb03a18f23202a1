/** Words of the list of devices, in Japanese. */
import type { DevicesWords } from "./devicesWords.en.ts"

export const devicesWordsJa: DevicesWords = {
  title: "端末",
  intro: "このアカウントでサインインしている端末です。心当たりのない端末があれば、サインアウトしてください。",
  list: "サインインしている端末",
  current: "この端末",
  lastUsed: (ago) => `最終利用: ${ago}`,
  signOut: "サインアウト",
  signOutNamed: (name) => `${name}からサインアウト`,
  signOutOthers: "ほかのすべての端末からサインアウト",
  askTitle: (name) => `${name}からサインアウトしますか？`,
  askOthersTitle: "ほかのすべての端末からサインアウトしますか？",
  askText: "対象の端末の接続はすぐに切れます。確認のため、パスワードを入力してください。",
  password: "パスワード",
  signedOut: (name) => `${name}からサインアウトしました。`,
  signedOutOthers: (count) => `${count}台の端末からサインアウトしました。`,
  onlyThis: "サインインしているのは、この端末だけです。",
  failedToLoad: "端末の一覧を読み込めませんでした。",
  activity: "アカウントの履歴",
  activityNote: "過去90日間のサインイン、パスワードの誤り、アカウントの変更を表示します。",
  showActivity: "履歴を表示",
  showOlder: "以前の履歴を表示",
  nothingHappened: "過去90日間の履歴はありません。",
  activityFailed: "履歴を読み込めませんでした。もう一度お試しください。",
  happened: {
    signedIn: (device) => `サインイン: ${device}`,
    signInFailed: (_, count) => (count === 1 ? "パスワードの誤り" : `パスワードの誤り: 1時間に${count}回`),
    refreshReused: (device) => `サインイン情報が再利用されたため、サインアウト: ${device}`,
    deviceEnded: (device) => `サインアウト: ${device}`,
    passwordChanged: () => "パスワードの変更",
    madeAdmin: () => "管理者への変更",
    resetLinkMade: () => "管理者がパスワード再設定用リンクを作成",
    messageTraced: () => "管理者があなたのメッセージの配送状況を確認",
    adminTaken: () => "管理者の解除",
    disabled: () => "アカウントの停止",
    enabled: () => "アカウントの再開"
  }
}
