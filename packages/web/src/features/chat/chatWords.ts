/** The words of the conversation screen. */

import type { OutboxProblem } from "@hibiki/core/client/Outbox"
import type { Role } from "@hibiki/core/domain/Event"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import type { BadFrameCode } from "@hibiki/core/protocol/ServerFrame"

/** Why something was not sent, or will not be. */
export type SendProblem = RefusalCode | BadFrameCode | OutboxProblem

export interface ChatWords {
  readonly timeline: {
    readonly label: (title: string) => string
    readonly unreadFrom: string
    readonly older: string
    readonly gap: string
    readonly load: string
    readonly loading: string
    readonly notLoaded: string
    readonly empty: (title: string) => string
    readonly greet: string
    readonly greeting: string
    readonly notes: string
    /** As a badge counts. */
    readonly newMessages: (count: string) => string
    /** The same for those who hear it, with what the button does. */
    readonly toNew: (count: string) => string
    readonly toLatest: string
    readonly toUnread: (count: string) => string
    /** What a screen reader is told of a row: all of it in one sentence. */
    readonly row: (parts: { readonly author: string; readonly time: string; readonly text: string; readonly state: string }) => string
  }
  readonly row: {
    readonly edited: string
    readonly deleted: string
    readonly deleting: string
    /** The message mentions the reader. */
    readonly mention: string
    readonly replyTo: (name: string) => string
    readonly replyUnknown: string
    readonly replyDeleted: string
    readonly reaction: (emoji: string, count: number, mine: boolean) => string
  }
  readonly state: Readonly<
    Record<
      "queued" | "sending" | "unanswered" | "unkept" | "withdrawing" | "stored" | "sent" | "delivered" | "read" | "failed" | "changing",
      string
    >
  >
  readonly act: Readonly<
    Record<
      | "react"
      | "reply"
      | "edit"
      | "delete"
      | "copyText"
      | "markUnread"
      | "more"
      | "readers"
      | "sendAgain"
      | "discard"
      | "tryNow"
      | "takeBack"
      | "undo"
      | "cancel"
      | "copy"
      | "showSpoiler"
      | "showMore"
      | "showLess",
      string
    >
  >
  readonly told: {
    readonly copied: string
    readonly notCopied: string
    readonly markedUnread: string
    readonly tooLate: string
    readonly notDone: string
    readonly sentMeanwhile: string
  }
  readonly problem: Readonly<Record<SendProblem, string>>
  readonly failed: {
    readonly edit: (text: string) => string
    readonly delete: string
    readonly react: (emoji: string, on: boolean) => string
  }
  readonly system: {
    readonly created: (by: string, what: "group" | "channel" | "direct", title: string, people: string) => string
    readonly joined: (by: string) => string
    readonly added: (by: string, people: string) => string
    readonly left: (by: string) => string
    readonly removed: (by: string, people: string) => string
    readonly renamed: (by: string, title: string) => string
    readonly role: (by: string, person: string, role: Role) => string
    /** Names in a row, as a sentence has them. */
    readonly names: (names: ReadonlyArray<string>, more: number) => string
  }
  readonly reactions: { readonly title: string }
  readonly readers: { readonly title: string }
  readonly composer: {
    readonly label: (title: string) => string
    readonly placeholder: (title: string) => string
    readonly send: string
    readonly save: string
    readonly left: (count: number) => string
    readonly over: (count: number) => string
    /** Enter was pressed all the same. */
    readonly tooLong: (count: number) => string
    readonly editing: string
    readonly editingUnsent: string
    readonly replying: (name: string) => string
    readonly hint: Readonly<Record<"enter" | "modEnter", string>>
  }
  readonly connection: {
    readonly connecting: string
    readonly offline: string
    readonly waiting: (seconds: number) => string
    /** The same as it is heard, once: seconds that count down would be spoken each. */
    readonly notConnected: string
    readonly retryNow: string
    readonly unsent: (count: number) => string
    readonly stopped: Readonly<Record<"replaced" | "revoked" | "version" | "signedOut" | "bad_frame", string>>
    readonly reload: string
  }
  readonly typing: (names: ReadonlyArray<string>, more: boolean) => string
  readonly header: {
    readonly back: string
    readonly search: string
    readonly details: string
    readonly online: (count: number) => string
    readonly members: (count: number) => string
    readonly notes: string
    readonly notesHint: string
    readonly unknown: string
  }
  readonly details: {
    readonly title: string
    readonly close: string
    readonly members: (count: number) => string
    readonly role: Readonly<Record<Role, string>>
    readonly add: string
    /** A member, or one who is chosen and is not to be added after all. */
    readonly remove: (name: string) => string
    readonly leave: string
    readonly manage: (name: string) => string
  }
  readonly announce: {
    readonly message: (name: string, text: string) => string
    readonly messages: (count: number) => string
    readonly notSent: (reason: string) => string
  }
}
