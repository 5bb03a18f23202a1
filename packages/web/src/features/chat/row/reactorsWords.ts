/** The reader among those who reacted, in both languages. */
export const youWords = { en: "You", ja: "あなた" } as const
