/**
 * Words for adding people, in both languages: they load with the details, and not with the words of the first paint.
 */
export const addWords = {
  en: {
    title: "Add people",
    hint: "Search by name or username",
    away: "Nobody was added: one of them can’t be, or you’re not in this conversation any more.",
    banned: "Nobody was added: one of them is banned here.",
    send: (count: number) =>
      count === 0 ? "Add" : `Add ${count.toLocaleString("en")} ${count === 1 ? "person" : "people"}`
  },
  ja: {
    title: "メンバーを追加",
    hint: "名前またはユーザー名で検索",
    away: "追加できませんでした。追加できない人が含まれているか、あなたがこの会話のメンバーではなくなりました。",
    banned: "追加できませんでした。参加を禁止されている人が含まれています。",
    send: (count: number) => (count === 0 ? "追加" : `${count}人を追加`)
  }
} as const
