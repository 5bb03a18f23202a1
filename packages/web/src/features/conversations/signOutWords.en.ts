/** Words of the confirmation before signing out, in English. */

export const signOutWordsEn = {
  title: "Sign out?",
  /** Unsent posts wait for the next sign-in. */
  unsent: (count: number) =>
    count === 1
      ? "One message has not been sent yet. It waits on this device, and goes out when you sign in to this account again."
      : `${count} messages have not been sent yet. They wait on this device, and go out when you sign in to this account again.`,
  /** The same if this browser stores nothing. */
  lost: (count: number) =>
    count === 1
      ? "One message has not been sent yet. This browser can’t keep it for later: if you sign out now, it is lost."
      : `${count} messages have not been sent yet. This browser can’t keep them for later: if you sign out now, they are lost.`,
  /** Conversations with a draft, which signing out deletes. */
  drafts: (count: number) =>
    count === 1
      ? "You have a draft in one conversation. It is deleted when you sign out."
      : `You have drafts in ${count} conversations. They are deleted when you sign out.`,
  anyway: "Sign out anyway"
}

export type SignOutWords = typeof signOutWordsEn
