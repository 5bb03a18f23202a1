/**
 * Words of the choice of a reaction, in both languages: they come with it, and not with the words that everybody waits
 * for.
 */
export const choicesWords = {
  en: { own: "Another emoji", add: "Add", notEmoji: "Enter a single emoji." },
  ja: { own: "ほかの絵文字", add: "追加", notEmoji: "絵文字を1つ入力してください。" }
} as const
