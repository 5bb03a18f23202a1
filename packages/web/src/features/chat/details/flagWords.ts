/**
 * Words of the flag switches, in both languages: they load with the details, and not with the words of the first paint.
 */
export const flagWords = {
  en: {
    favourite: { label: "Favourite", hint: "It’s listed under Favourites, above your other conversations." },
    mute: { label: "Mute", hint: "You aren’t notified, and only what mentions you counts as unread." }
  },
  ja: {
    favourite: { label: "お気に入り", hint: "一覧の上部の「お気に入り」に表示されます。" },
    mute: { label: "ミュート", hint: "通知されません。未読に数えられるのは、あなたへのメンションだけです。" }
  }
} as const
