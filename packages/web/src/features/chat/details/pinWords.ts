export const pinWords = {
  en: {
    title: "Pinned messages",
    none: "Nothing is pinned.",
    unavailable: "The pinned messages can’t be shown right now."
  },
  ja: {
    title: "ピン留めしたメッセージ",
    none: "ピン留めしたメッセージはありません。",
    unavailable: "現在、ピン留めしたメッセージを表示できません。"
  }
} as const
