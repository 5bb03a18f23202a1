/**
 * Words of a conversation that is not there, in both languages: they come with that screen, and not with the words that
 * everybody waits for.
 */
export const goneWords = {
  en: {
    gone: (title: string | undefined) =>
      title === undefined
        ? "This conversation isn’t there, or you’re not in it any more."
        : `You’re not in “${title}” any more.`,
    back: "Back to conversations",
    unsent: "This wasn’t sent:"
  },
  ja: {
    gone: (title: string | undefined) =>
      title === undefined
        ? "この会話は見つからないか、もう参加していません。"
        : `「${title}」には、もう参加していません。`,
    back: "会話の一覧へ",
    unsent: "送信されなかったもの:"
  }
} as const
