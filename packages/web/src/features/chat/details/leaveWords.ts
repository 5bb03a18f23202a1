/**
 * Words of the confirmation before leaving, in both languages: they load with the details, and not with the words of
 * the first paint.
 */
export const leaveWords = {
  en: {
    title: "Leave this conversation?",
    text: {
      group: "You won’t get new messages. To come back, somebody has to add you.",
      channel: "You won’t get new messages. You can join again whenever you like."
    },
    onlyOwner: {
      title: "You can’t leave yet",
      text: "You’re the only owner here. First make another member an owner, in the menu beside their name."
    }
  },
  ja: {
    title: "この会話から退出しますか？",
    text: {
      group: "新しいメッセージは届かなくなります。戻るには、だれかに追加してもらう必要があります。",
      channel: "新しいメッセージは届かなくなります。いつでも参加し直せます。"
    },
    onlyOwner: {
      title: "まだ退出できません",
      text: "ここのオーナーはあなただけです。先に、メンバーの名前の横にあるメニューから、ほかの人をオーナーにしてください。"
    }
  }
} as const
