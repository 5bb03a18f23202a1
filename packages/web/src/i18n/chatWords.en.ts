/** The words of the conversation screen in English. */
import type { OutboxProblem } from "@hibiki/core/client/outbox/Outbox"
import type { Role } from "@hibiki/core/domain/Event"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import type { RowKind } from "@hibiki/core/domain/RowKinds"
import type { BadFrameCode } from "@hibiki/core/protocol/ServerFrame"

/** The reason why something was not sent, or will not be. */
export type SendProblem = RefusalCode | BadFrameCode | OutboxProblem

/** The parts that a sentence may contain, as text. */
export interface SystemParts {
  readonly by: string
  /** Names other than `by`, joined. Empty: there are none. */
  readonly people: string
  /** The first person whom the row names, `by` included. */
  readonly person: string
  readonly role: NonNullable<MessageRow["role"]>
  readonly title: string
  /** An administrator of the server did it in the name of `by`. */
  readonly operator: boolean
  readonly what: NonNullable<MessageRow["conversationKind"]>
}

/** A sentence for each kind of row that is no message. */
export type SystemWords = Readonly<Record<Exclude<RowKind, "posted">, (parts: SystemParts) => string>>

const count = (n: number, one: string, many: string): string => `${n.toLocaleString("en")} ${n === 1 ? one : many}`

export const chatWordsEn = {
  timeline: {
    label: (title: string) => `Messages in ${title}`,
    unreadFrom: "New from here",
    older: "Earlier messages",
    gap: "Some messages are not loaded",
    load: "Load them",
    loading: "Loading…",
    notLoaded: "Couldn’t load these.",
    empty: (title: string) => `Nothing has been said with ${title} yet.`,
    greet: "Say hello",
    greeting: "Hello!",
    notes: "Notes only you can see. Keep what you want to remember.",
    /** As on a badge. */
    newMessages: (n: string) => `${n} new`,
    /** The same for screen readers, with the button's action. */
    toNew: (n: string) => `${n} new: jump to the latest`,
    toLatest: "Jump to the latest",
    toUnread: (n: string) => `${n} unread`,
    /** A screen reader's text of a row: all of it in one sentence. */
    row: ({ author, state, text, time }: Readonly<Record<"author" | "time" | "text" | "state", string>>) =>
      [author, time, text, state].filter((part) => part !== "").join(", ")
  },
  row: {
    edited: "(edited)",
    pinned: "Pinned",
    deleted: "This message was deleted",
    deleting: "Deleting…",
    /** The message mentions the reader. */
    mention: "Mentions you",
    replyTo: (name: string) => `In reply to ${name}`,
    replyUnknown: "Show the original message",
    replyDeleted: "A deleted message",
    reaction: (emoji: string, n: number, mine: boolean) =>
      `${emoji} ${count(n, "person", "people")}${mine ? ", including you" : ""}`
  },
  state: {
    queued: "Waiting to be sent",
    sending: "Sending",
    unanswered: "Not confirmed yet; checking",
    unkept: "Not saved in this browser. Keep this page open until it is sent",
    withdrawing: "Taking it back",
    stored: "Sent",
    sent: "Sent",
    delivered: "Delivered",
    read: "Read",
    failed: "Not sent",
    changing: "Saving"
  },
  act: {
    react: "Add a reaction",
    reply: "Reply",
    edit: "Edit",
    delete: "Delete",
    copyText: "Copy text",
    copyId: "Copy message ID",
    markUnread: "Mark unread from here",
    pin: "Pin",
    unpin: "Unpin",
    more: "More actions",
    readers: "See who has read it",
    sendAgain: "Send again",
    discard: "Discard",
    tryNow: "Try now",
    takeBack: "Take back",
    undo: "Undo",
    cancel: "Cancel",
    copy: "Copy",
    showSpoiler: "Show spoiler",
    showMore: "Show more",
    showLess: "Show less"
  },
  told: {
    copied: "Copied.",
    notCopied: "Couldn’t copy that.",
    markedUnread: "Marked unread from here.",
    tooLate: "Too late: it is deleted.",
    notDone: "That didn’t work. Try again in a moment.",
    sentMeanwhile: "It has been sent already. Your text is still here."
  },
  problem: {
    not_found: "This conversation isn’t there, or you’re not in it any more",
    forbidden: "You’re not allowed to do this here",
    conflict: "Something else was sent in its place",
    withdrawn: "It was taken back",
    no_change: "It is so already",
    invalid_target: "There is no such message, or this can’t be done to it",
    too_many: "The limit here is reached",
    last_owner: "Make another member an owner first, in their menu",
    banned: "A ban keeps them out of this conversation",
    closed: "This conversation is closed",
    slow_mode: "Slow mode is on: wait a moment, then send it again",
    unsupported: "Not possible in this conversation",
    epoch_changed: "The server was restored from a backup, so it may or may not have arrived",
    not_json: "The server couldn’t read it",
    too_deep: "The server couldn’t read it",
    too_large: "It’s too long",
    unknown_op: "This server can’t do that",
    unknown_field: "This server can’t do that",
    missing_field: "The server couldn’t read it",
    bad_type: "The server couldn’t read it",
    bad_id: "The server couldn’t read it",
    bad_number: "The server couldn’t read it",
    nul: "It holds a character that can’t be stored",
    surrogate: "It holds a broken character",
    too_long: "It’s too long: a message has at most 4,000 characters",
    blank: "There’s nothing to see in it",
    not_emoji: "A reaction is one emoji",
    too_many_marks: "Too many accents are stacked on one letter",
    empty: "There’s nothing in it",
    outbox_full: "Too much is waiting to be sent. Try again when you’re back online",
    unknown_row: "It has been sent already",
    handed_over: "It’s with the server already, so it can’t be edited or discarded",
    not_possible: "Not possible right now"
  } satisfies Record<SendProblem, string>,
  failed: {
    edit: (text: string) => `Edit: ${text}`,
    delete: "Deleting a message",
    react: (emoji: string, on: boolean) => `${on ? "Adding" : "Removing"} the reaction ${emoji}`
  },
  /** For rows that are no messages. */
  system: {
    created: ({ by, people, title, what }) =>
      `${by} created the ${what === "direct" ? "conversation" : what} “${title}”${people === "" ? "" : ` with ${people}`}`,
    joined: ({ by, people }) => (people === "" ? `${by} joined` : `${by} added ${people}`),
    left: ({ by, people }) => (people === "" ? `${by} left` : `${by} removed ${people}`),
    pinned: ({ by }) => `${by} pinned a message`,
    renamed: ({ by, title }) => `${by} changed the name to “${title}”`,
    roleChanged: ({ by, person, role }) => `${by} made ${person} ${role === "member" ? "a member" : `an ${role}`}`,
    banned: ({ by, people }) => `${by} banned ${people}`,
    unbanned: ({ by, people }) => `${by} lifted the ban on ${people}`,
    rulesChanged: ({ by }) => `${by} changed the rules`,
    closed: ({ by, operator }) => `${operator ? "An administrator" : by} closed the conversation`,
    reopened: ({ by, operator }) => `${operator ? "An administrator" : by} opened the conversation again`
  } satisfies SystemWords,
  /** A list of names within a sentence. */
  names: (names: ReadonlyArray<string>, more: number) => {
    if (more > 0) return `${names.join(", ")} and ${count(more, "other", "others")}`
    const last = names.at(-1) ?? ""
    return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`
  },
  reactions: { title: "Choose a reaction" },
  readers: { title: "Read by" },
  composer: {
    label: (title: string) => `Message to ${title}`,
    placeholder: (title: string) => `Message ${title}`,
    send: "Send",
    save: "Save",
    left: (n: number) => `${n.toLocaleString("en")} left`,
    over: (n: number) => `${n.toLocaleString("en")} too many`,
    /** Shown when the user presses Enter on a text that is too long. */
    tooLong: (n: number) =>
      `Not sent: it’s ${count(n, "character", "characters")} too long. Shorten it, or send it in parts.`,
    editing: "Editing a message",
    editingUnsent: "Editing an unsent message",
    replying: (name: string) => `Replying to ${name}`,
    hint: { enter: "Enter sends, Shift+Enter starts a new line", modEnter: "Ctrl+Enter sends, Enter starts a new line" }
  },
  connection: {
    connecting: "Connecting…",
    offline: "You’re offline. What you write goes out when you’re back.",
    waiting: (seconds: number) => `Not connected. Trying again in ${count(seconds, "second", "seconds")}.`,
    /** The same for screen readers, spoken once: they would speak each second of a countdown. */
    notConnected: "Not connected. Trying again soon.",
    retryNow: "Retry now",
    unsent: (n: number) => `${count(n, "unsent message is", "unsent messages are")} kept`,
    stopped: {
      replaced: "This page was opened somewhere else.",
      revoked: "This device was signed out.",
      version: "There is a newer version. Reload the page.",
      signedOut: "You are signed out.",
      bad_frame: "Something went wrong between this page and the server. Reload the page."
    },
    reload: "Reload"
  },
  typing: (names: ReadonlyArray<string>, more: boolean) => {
    if (names.length === 0) return ""
    if (more) return `${names.join(", ")} and others are typing…`
    const last = names.at(-1) ?? ""
    return names.length === 1 ? `${last} is typing…` : `${names.slice(0, -1).join(", ")} and ${last} are typing…`
  },
  header: {
    back: "Back to conversations",
    search: "Search messages",
    details: "Details",
    online: (n: number) => `${n} online`,
    members: (n: number) => count(n, "member", "members"),
    notes: "Notes",
    notesHint: "Only you can see these",
    unknown: "Conversation"
  },
  details: {
    title: "Details",
    close: "Close details",
    width: "Width of the details",
    members: (n: number) => count(n, "member", "members"),
    role: { owner: "Owner", admin: "Admin", member: "Member" } satisfies Record<Role, string>,
    add: "Add people",
    /** A member, or a person who was chosen to be added. */
    remove: (name: string) => `Remove ${name}`,
    leave: "Leave",
    manage: (name: string) => `Actions for ${name}`
  },
  announce: {
    message: (name: string, text: string) => `${name}: ${text}`,
    messages: (n: number) => count(n, "new message", "new messages"),
    notSent: (reason: string) => `Not sent. ${reason}.`
  }
}

export type ChatWords = typeof chatWordsEn
