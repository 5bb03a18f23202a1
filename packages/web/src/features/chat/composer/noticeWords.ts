/** Words of the notices at the composer, in both languages: they load only where a notice is shown. */
export const noticeWords = {
  en: {
    closed: "This conversation is closed. You can read it, but nobody can post.",
    announce: "Only owners and admins post here. You can react to messages.",
    slow: (seconds: number) =>
      seconds === 0 ? "Slow mode is on." : `Slow mode is on: you can post again in ${seconds} s.`
  },
  ja: {
    closed: "この会話は終了しています。閲覧はできますが、投稿はできません。",
    announce: "ここに投稿できるのはオーナーと管理者だけです。メッセージへのリアクションはできます。",
    slow: (seconds: number) =>
      seconds === 0 ? "低速モードです。" : `低速モードです。次の投稿まであと${seconds}秒です。`
  }
} as const
