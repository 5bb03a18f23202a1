export const notFoundWords = {
  en: {
    text: (title: string | undefined) =>
      title === undefined
        ? "This conversation isn’t there, or you’re not in it any more."
        : `You’re not in “${title}” any more.`,
    back: "Back to conversations",
    unsent: "This wasn’t sent:"
  },
  ja: {
    text: (title: string | undefined) =>
      title === undefined
        ? "会話が見つからないか、あなたがメンバーではありません。"
        : `「${title}」のメンバーではなくなりました。`,
    back: "会話の一覧へ",
    unsent: "送信できなかった内容:"
  }
} as const
