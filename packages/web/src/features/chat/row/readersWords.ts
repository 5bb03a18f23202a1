/**
 * Words of the list of readers, in both languages: they come with it, and not with the words that everybody waits for.
 */
export const readersWords = {
  en: { none: "Nobody has read it yet.", loading: "Loading…", unavailable: "Can’t tell right now." },
  ja: { none: "まだだれも読んでいません。", loading: "読み込み中…", unavailable: "今は確認できません。" }
} as const
