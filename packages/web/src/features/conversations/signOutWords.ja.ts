/** Words of the question before signing out, in Japanese. */
import type { SignOutWords } from "./signOutWords.en.ts"

export const signOutWordsJa: SignOutWords = {
  title: "サインアウトしますか？",
  unsent: (count) =>
    `未送信のメッセージが${count}件あります。この端末に残り、次に同じアカウントでサインインしたときに送信されます。`,
  lost: (count) =>
    `未送信のメッセージが${count}件あります。このブラウザーには保存できないため、今サインアウトすると失われます。`,
  drafts: (count) => `${count}件の会話に下書きがあります。サインアウトすると、下書きは削除されます。`,
  anyway: "このままサインアウト"
}
