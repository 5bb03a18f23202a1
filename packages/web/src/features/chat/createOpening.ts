/**
 * What was unread when a conversation was opened: where the divider stands, which does not move while the person looks.
 */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { type Accessor, createComputed, createEffect, createSignal, on, onCleanup } from "solid-js"
import type { App } from "../../model/App.ts"

export interface Unread {
  /** Others' messages above it were unread. */
  readonly after: number
  readonly count: number
}

export interface Opening {
  readonly unread: Accessor<Unread | undefined>
  readonly clear: () => void
  /** The person has read so far on this screen: what was read elsewhere is told apart by it. */
  readonly readHere: (seq: number) => void
}

/** A kept line is right when the page has been connected for so long. */
const settledAfterMs = 2_000

export const unreadOf = ({ markedUnreadAt, readUpTo, unread }: ConversationSummary): Unread | undefined => {
  if (unread === 0 && markedUnreadAt === undefined) return undefined
  return { after: Math.min(readUpTo, (markedUnreadAt ?? readUpTo + 1) - 1), count: unread }
}

/**
 * What a newer line makes of the divider, before it is settled: one that was read elsewhere since was never to be
 * shown.
 */
export const corrected = (
  shown: Unread | undefined,
  line: ConversationSummary,
  readHere: number
): Unread | undefined =>
  shown === undefined || line.readUpTo > Math.max(shown.after, readHere) ? unreadOf(line) : shown

/** What comes in while nobody looks is as if the conversation were opened anew. */
export const createOpening = (
  app: Pick<App, "connection" | "attentive">,
  summary: Accessor<ConversationSummary | undefined>
): Opening => {
  const [unread, setUnread] = createSignal<Unread>()
  let begun = false
  let settled = false
  let before = 0
  let read = 0
  createComputed(
    on([summary, app.attentive], ([line, attentive]) => {
      if (line === undefined) return
      const away = !attentive && before === 0 && line.unread > 0
      before = line.unread
      if (!begun || (settled && away)) setUnread(unreadOf(line))
      else if (!settled) setUnread((shown) => corrected(shown, line, read))
      begun = true
    })
  )
  createEffect(
    on(
      () => app.connection()._tag === "live",
      (live) => {
        if (!live || settled) return
        const timer = setTimeout(() => {
          settled = true
        }, settledAfterMs)
        onCleanup(() => clearTimeout(timer))
      }
    )
  )
  return {
    unread,
    clear: () => {
      settled = true
      setUnread(undefined)
    },
    readHere: (seq) => {
      read = Math.max(read, seq)
    }
  }
}
