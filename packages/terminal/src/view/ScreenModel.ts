/** The content of the chat's screen, as data. Texts are as they came; drawing makes them inert. */

export type Tone = "good" | "busy" | "bad"

export interface ConversationLine {
  readonly number: number
  readonly title: string
  /** Others' unread messages, 100 for 100 and more. */
  readonly unread: number
  /** The number of them that mention the user. */
  readonly mentions: number
  readonly markedUnread: boolean
  readonly open: boolean
}

export interface ReactionMark {
  readonly emoji: string
  readonly count: number
  readonly mine: boolean
}

export type TimelineRow =
  | {
      readonly _tag: "Message"
      readonly seq: number
      readonly at: number
      readonly authorId: string
      readonly author: string
      readonly text: string
      readonly edited: boolean
      readonly deleted: boolean
      /** Whether it mentions the user. */
      readonly forMe: boolean
      readonly reactions: ReadonlyArray<ReactionMark>
      readonly replyTo: number | undefined
    }
  | { readonly _tag: "Event"; readonly seq: number; readonly at: number; readonly text: string }
  | {
      readonly _tag: "Pending"
      readonly id: string
      readonly author: string
      readonly text: string
      readonly mark: string
      readonly failed: boolean
    }
  /** Some messages between the rows before and after it are not loaded. */
  | { readonly _tag: "Gap"; readonly key: string; readonly text: string }
  | { readonly _tag: "Unread" }

/** The line at the bottom of the view: its row, and which of its lines. */
export interface Anchor {
  readonly key: string
  readonly line: number
}

export interface ScreenModel {
  readonly who: string
  readonly connection: { readonly text: string; readonly tone: Tone }
  readonly unsent: number
  readonly failed: number
  readonly conversations: ReadonlyArray<ConversationLine>
  /** The title of the open conversation. */
  readonly title: string | undefined
  readonly rows: ReadonlyArray<TimelineRow>
  /** Undefined: the newest lines. */
  readonly anchor: Anchor | undefined
  /** Lines shown in place of the timeline, such as help. */
  readonly panel: { readonly title: string; readonly lines: ReadonlyArray<string>; readonly from: number } | undefined
  readonly notice: string | undefined
  readonly prompt: string
  readonly input: { readonly before: string; readonly after: string; readonly hidden: boolean }
}
