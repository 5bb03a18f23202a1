/**
 * Words of blocking people, in both languages: they load with parts that users rarely open, and not with the words of
 * the first paint.
 */
export const blockingWords = {
  en: {
    block: "Block…",
    unblock: "Unblock",
    title: (name: string) => `Block ${name}?`,
    text: "Neither of you can write to the other directly any more, and they can’t add you to groups. They don’t see whether you’re online, typing or have read. In groups you share, their messages are folded on your devices. They aren’t told.",
    act: "Block",
    cancel: "Cancel",
    composer: (name: string) => `You blocked ${name}. Unblock to write here.`,
    talk: (name: string) => `You blocked ${name}. Unblock first to talk.`,
    message: "Message from somebody you blocked",
    show: "Show",
    list: "Blocked people",
    none: "You haven’t blocked anybody.",
    tooMany: "You have blocked as many people as you can. Unblock somebody first."
  },
  ja: {
    block: "ブロック…",
    unblock: "ブロックを解除",
    title: (name: string) => `${name}さんをブロックしますか？`,
    text: "お互いに、直接メッセージを送れなくなります。相手は、あなたをグループに追加できなくなります。あなたのオンライン状態、入力中の表示、既読は、相手に見えなくなります。同じグループでの相手のメッセージは、あなたの端末では折りたたまれます。相手には通知されません。",
    act: "ブロック",
    cancel: "キャンセル",
    composer: (name: string) => `${name}さんをブロックしています。メッセージを送るには、ブロックを解除してください。`,
    talk: (name: string) => `${name}さんをブロックしています。会話を始めるには、先にブロックを解除してください。`,
    message: "ブロックした人のメッセージ",
    show: "表示",
    list: "ブロックした人",
    none: "ブロックした人はいません。",
    tooMany: "ブロックできる人数の上限に達しています。先にだれかのブロックを解除してください。"
  }
} as const
