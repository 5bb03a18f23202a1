export const mentionListWords = {
  en: {
    title: "People to mention",
    /** Separates a name and a handle, for screen readers. */
    between: ", ",
    offered: (count: number) => (count === 1 ? "1 person to mention" : `${count} people to mention`)
  },
  ja: {
    title: "メンションする相手",
    between: "、",
    offered: (count: number) => `メンションの候補は${count}人です`
  }
} as const
