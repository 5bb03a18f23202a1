/** Words of the question before signing out, in Japanese. */
import type { SignOutWords } from "./signOutWords.en.ts"

export const signOutWordsJa: SignOutWords = {
  title: "サインアウトしますか？",
  unsent: (count) =>
    `まだ送られていないメッセージが${count}件あります。この端末に残り、次に同じアカウントでサインインしたときに送られます。`,
  lost: (count) =>
    `まだ送られていないメッセージが${count}件あります。このブラウザーには保存できないため、今サインアウトすると失われます。`,
  drafts: (count) => `${count}件の会話に下書きがあります。サインアウトすると削除されます。`,
  anyway: "それでもサインアウト"
}
