/**
 * What has become of an own message, as a small mark: told by its shape, with words for those who hear the page and
 * under the pointer.
 */
import { createEffect, createSignal, type JSX, on } from "solid-js"
import type { ChatWords } from "../chatWords.en.ts"
import { useConversation } from "../conversationModel.ts"
import "./stateMark.css"

export type MarkState = keyof ChatWords["state"]

/** Undefined: not known. That has no mark and its place, so that nothing moves when there is one. */
export const StateMark = (props: { readonly state: MarkState | undefined }): JSX.Element => {
  const { words } = useConversation()
  const text = () => props.state && words().state[props.state]
  const [arrived, setArrived] = createSignal(false)
  createEffect(
    on(
      () => props.state,
      (state, before) => setArrived(before === "sent" && state === "delivered")
    )
  )
  return (
    <span
      class="mark"
      classList={{ "mark-arrived": arrived() }}
      data-mark={props.state}
      role="img"
      aria-hidden={props.state === undefined}
      aria-label={text()}
      title={text()}
    >
      <svg
        viewBox="0 0 20 16"
        width="20"
        height="16"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
        aria-hidden="true"
      >
        <path d={props.state && paths[props.state]} />
      </svg>
    </span>
  )
}

const clock = "M10 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM10 5v3.2l2 1.3"
const warning = "M10 2.5l6.5 11h-13zM10 6.5v3M10 11.4v.1"
const hollow = "M10 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z"
const one = "M5.5 8.5l3 3 6-7"
const two = "M2.5 8.5l3 3 6-7M9.5 11.2l.3.3 6-7"

const paths: Readonly<Record<MarkState, string>> = {
  queued: clock,
  sending: hollow,
  changing: hollow,
  unanswered: "M10 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM10 4.8v3.9M10 11v.1",
  unkept: warning,
  withdrawing: clock,
  stored: one,
  sent: one,
  delivered: two,
  read: two,
  failed: warning
}
