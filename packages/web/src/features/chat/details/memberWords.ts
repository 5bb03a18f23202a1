/**
 * Words of the member list, in both languages: they load with the details, and not with the words of the first paint.
 */
export const memberWords = {
  en: {
    more: "Show more",
    find: "Find a member",
    clear: "Clear the search",
    nobody: (text: string) => `Nobody here matches “${text}”.`,
    looking: "Looking through all members…",
    found: (count: number) => (count === 1 ? "1 member found" : `${count} members found`),
    narrower: (count: number) => `${count} more. Type more of the name to see them.`,
    you: "You",
    makeAdmin: "Make admin",
    makeMember: "Make member",
    makeOwner: "Make owner",
    removing: {
      title: (name: string) => `Remove ${name}?`,
      text: {
        group: "They won’t get new messages. To come back, somebody has to add them.",
        channel: "They won’t get new messages. They can join again whenever they like, unless you ban them."
      },
      act: "Remove"
    },
    ban: (name: string) => `Ban ${name}`,
    banning: {
      title: (name: string) => `Ban ${name}?`,
      text: "They are removed, and can’t join or be added until an owner or admin lifts the ban.",
      act: "Ban"
    },
    unavailable: "Can’t load this right now.",
    retry: "Try again",
    loading: "Loading…"
  },
  ja: {
    more: "さらに表示",
    find: "メンバーを検索",
    clear: "検索を解除",
    nobody: (text: string) => `「${text}」に一致するメンバーはいません。`,
    looking: "メンバー全員を検索中…",
    found: (count: number) => `${count}人見つかりました`,
    narrower: (count: number) => `ほか${count}人。名前の続きを入力すると絞り込めます。`,
    you: "自分",
    makeAdmin: "管理者にする",
    makeMember: "メンバーに戻す",
    makeOwner: "オーナーにする",
    removing: {
      title: (name: string) => `${name}さんを外しますか？`,
      text: {
        group: "外すと、新しいメッセージは届かなくなります。戻るには、だれかに追加してもらう必要があります。",
        channel: "外すと、新しいメッセージは届かなくなります。参加を禁止しない限り、本人はいつでも参加し直せます。"
      },
      act: "外す"
    },
    ban: (name: string) => `${name}さんの参加を禁止`,
    banning: {
      title: (name: string) => `${name}さんの参加を禁止しますか？`,
      text: "メンバーから外れ、オーナーか管理者が解除するまで、参加も追加もできなくなります。",
      act: "禁止する"
    },
    unavailable: "現在、読み込めません。",
    retry: "再試行",
    loading: "読み込み中…"
  }
} as const
