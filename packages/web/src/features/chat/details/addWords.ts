/** Words for adding people, in both languages: they come with the details, and not with the words that everybody waits for. */
export const addWords = {
  en: {
    title: "Add people",
    hint: "Search by name or username",
    send: (count: number) => (count === 0 ? "Add" : `Add ${count.toLocaleString("en")} ${count === 1 ? "person" : "people"}`)
  },
  ja: {
    title: "人を追加",
    hint: "名前かユーザー名で探します",
    send: (count: number) => (count === 0 ? "追加" : `${count}人を追加`)
  }
} as const
