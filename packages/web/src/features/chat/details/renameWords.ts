/** Words for renaming, in both languages: they load with the details, and not with the words of the first paint. */
export const renameWords = {
  en: { label: "Name of the conversation", save: "Save" },
  ja: { label: "会話の名前", save: "保存" }
} as const
