/** A board's live part: watches while it is looked at, and only then. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js"
import { useApp } from "../../model/App.ts"
import { afterMinutes, afterUpdate, type BoardState } from "./boardState.ts"

/** `lost`: it was not reached, or is not any more, and is tried again; `gone`: it is not for this user. */
export type BoardConnection = "connecting" | "open" | "lost" | "gone" | "paused"

export interface Board {
  /** Undefined until the first snapshot. */
  readonly state: Accessor<BoardState | undefined>
  readonly connection: Accessor<BoardConnection>
  readonly paused: Accessor<boolean>
  readonly setPaused: (paused: boolean) => void
}

export const createBoard = (conversationId: Accessor<ConversationId>): Board => {
  const app = useApp()
  const [state, setState] = createSignal<BoardState>()
  const [stream, setStream] = createSignal<Exclude<BoardConnection, "paused">>("connecting")
  const [paused, setPaused] = createSignal(false)
  const hidden = createHidden()

  createEffect(on(conversationId, () => setState(undefined)))
  createEffect(() => {
    const [chat, id] = [app.chat(), conversationId()]
    if (chat === undefined || paused() || hidden()) return
    setStream("connecting")
    onCleanup(
      chat.watchBoard(
        { conversationId: id },
        (update) => setState((known) => afterUpdate(known, update, Date.now())),
        (next) => setStream(next)
      )
    )
  })
  createEffect(
    on(app.minute, () => {
      // While nothing is heard, nothing is known of the minutes that pass.
      if (!paused() && stream() === "open") setState((known) => known && afterMinutes(known, Date.now()))
    })
  )
  return { state, connection: () => (paused() ? "paused" : stream()), paused, setPaused }
}

/** Whether the page is in a background tab or behind a closed lid. */
const createHidden = (): Accessor<boolean> => {
  const [hidden, setHidden] = createSignal(document.hidden)
  const look = () => setHidden(document.hidden)
  document.addEventListener("visibilitychange", look)
  onCleanup(() => document.removeEventListener("visibilitychange", look))
  return hidden
}
