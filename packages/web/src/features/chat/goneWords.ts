/** Words of a conversation that is not there, in both languages: they come with that screen, and not with the words that everybody waits for. */
export const goneWords = {
  en: { gone: "This conversation isn't there, or you're not in it any more.", back: "Back to conversations", unsent: "This wasn't sent:" },
  ja: { gone: "この会話は見つからないか、もう参加していません。", back: "会話の一覧へ", unsent: "送信されなかったもの:" }
} as const
