/** Words of the rules of a conversation, in both languages: they load with the details. */
export const ruleWords = {
  en: {
    title: "Rules",
    announce: { label: "Only admins post", hint: "Others read and react." },
    adding: { label: "Only admins add people", hint: "Otherwise every member can." },
    slow: "Slow mode",
    slowHint: "How long a member waits between two messages. Admins don’t wait.",
    slowOf: (seconds: number) =>
      seconds === 0 ? "Off" : seconds < 60 ? `${seconds} s` : `${(seconds / 60).toLocaleString("en")} min`,
    close: "Close the conversation",
    reopen: "Open it again",
    closed: "This conversation is closed: everybody can read it, and nobody can post or join.",
    closedByOperator: "An administrator of this server closed this conversation. Everybody can still read it.",
    closing: {
      title: "Close this conversation?",
      text: "Everybody can still read it, but nobody can post, join or be added until an owner opens it again.",
      act: "Close"
    }
  },
  ja: {
    title: "ルール",
    announce: { label: "管理者だけが投稿", hint: "ほかのメンバーは閲覧とリアクションができます。" },
    adding: { label: "管理者だけがメンバーを追加", hint: "オフのときは、メンバー全員が追加できます。" },
    slow: "低速モード",
    slowHint: "メンバーが次のメッセージを送れるまでの時間です。管理者には適用されません。",
    slowOf: (seconds: number) => (seconds === 0 ? "オフ" : seconds < 60 ? `${seconds}秒` : `${seconds / 60}分`),
    close: "会話を終了",
    reopen: "会話を再開",
    closed: "この会話は終了しています。閲覧はできますが、投稿や参加はできません。",
    closedByOperator: "サーバーの管理者がこの会話を終了しました。閲覧は引き続きできます。",
    closing: {
      title: "この会話を終了しますか？",
      text: "閲覧は引き続きできますが、オーナーが再開するまで、投稿、参加、追加はできなくなります。",
      act: "終了する"
    }
  }
} as const
