/** Words of the list of devices, in Japanese. */
import type { DevicesWords } from "./devicesWords.ts"

export const devicesWordsJa: DevicesWords = {
  title: "端末",
  intro: "このアカウントでサインインしている端末です。心当たりのないものがあれば、サインアウトさせてください。",
  list: "サインインしている端末",
  current: "この端末",
  lastUsed: (ago) => `最終利用: ${ago}`,
  signOut: "サインアウト",
  signOutNamed: (name) => `${name}をサインアウトさせる`,
  signOutOthers: "ほかの端末をすべてサインアウト",
  askTitle: (name) => `${name}をサインアウトさせますか？`,
  askOthersTitle: "ほかの端末をすべてサインアウトさせますか？",
  askText: "その端末の接続はすぐに切れます。確認のため、パスワードを入力してください。",
  password: "パスワード",
  signedOut: (name) => `${name}をサインアウトさせました。`,
  signedOutOthers: (count) => `${count}台をサインアウトさせました。`,
  onlyThis: "サインインしているのは、この端末だけです。",
  failedToLoad: "端末の一覧を読み込めませんでした。"
}
