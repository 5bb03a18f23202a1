/** What the edges of panes are called, in both languages: the words come with the edges, after the first paint. */
export const paneWords = {
  en: { list: "Width of the conversation list", details: "Width of the details" },
  ja: { list: "会話一覧の幅", details: "詳細の幅" }
} as const
