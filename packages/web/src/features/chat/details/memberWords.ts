/** Words of the list of members, in both languages: they come with the details, and not with the words that everybody waits for. */
export const memberWords = {
  en: {
    more: "Show more",
    you: "You",
    makeAdmin: "Make admin",
    makeMember: "Make member",
    makeOwner: "Make owner",
    unavailable: "Can't load this right now.",
    retry: "Try again",
    loading: "Loading…"
  },
  ja: {
    more: "さらに表示",
    you: "自分",
    makeAdmin: "管理者にする",
    makeMember: "メンバーに戻す",
    makeOwner: "オーナーにする",
    unavailable: "今は読み込めません。",
    retry: "再試行",
    loading: "読み込み中…"
  }
} as const
