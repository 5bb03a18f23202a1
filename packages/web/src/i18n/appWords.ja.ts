/** The words that belong to no screen, in Japanese. */
import type { AppWords } from "./appWords.en.ts"

/**
 * A person's name within a sentence. In place of a name that is not known yet stands a word that takes no honorific.
 */
export const withHonorific = (name: string): string => (name === somebody ? name : `${name}さん`)

const somebody = "だれか"

export const appWordsJa: AppWords = {
  somebody,
  inviteUnused: (name) => `すでに${withHonorific(name)}としてサインインしているため、招待は使われませんでした。`,
  noFiles: "ファイルの送信にはまだ対応していません。送信できるのはテキストとリンクだけです。",
  wrongAddress: {
    text: (origin) => `このサーバーは「${origin}」では利用できません。`,
    open: (origin) => `「${origin}」を開く`,
    unknown:
      "案内されたアドレスを開くか、サーバーの管理者に連絡してください。必要な設定はサーバーのログに表示されています。"
  }
}
