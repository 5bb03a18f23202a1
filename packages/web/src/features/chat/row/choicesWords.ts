export const choicesWords = {
  en: { own: "Another emoji", add: "Add", notEmoji: "Enter a single emoji." },
  ja: { own: "ほかの絵文字", add: "追加", notEmoji: "絵文字を1つ入力してください。" }
} as const
