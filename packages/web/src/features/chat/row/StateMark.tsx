/**
 * The state of the user's own message as a small mark. Its shape shows the state; words for it are under the pointer
 * and for screen readers.
 */
import { createEffect, createSignal, createUniqueId, type JSX, on, Show, Suspense } from "solid-js"
import type { ChatWords } from "../../../i18n/chatWords.en.ts"
import { lazy } from "../../../lib/lazy.ts"
import { placeBeside } from "../../../ui/Menu.tsx"
import { useConversation, whenLive } from "../conversationModel.ts"
import type { ReadersListProps } from "./ReadersList.tsx"
import "./rows.css"

type MarkState = keyof ChatWords["state"]

/** Undefined: not known. There is no mark then, but its space stays, so that nothing moves when it appears. */
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

// The readers of the user's own message in a group; requested when the list is opened.

const ReadersList = lazy(() => import("./ReadersList.tsx").then((module) => module.ReadersList))

interface ReadersProps {
  readonly seq: number
  /** Receives the function that shows the readers, so that other controls can open them. */
  readonly ref: (show: () => void) => void
}

export const Readers = (props: ReadersProps): JSX.Element => {
  const model = useConversation()
  const id = createUniqueId()
  const [open, setOpen] = createSignal(false)
  const [readers, setReaders] = createSignal<ReadersListProps["readers"]>("asking")
  let button: HTMLButtonElement | undefined
  let panel: HTMLDivElement | undefined
  /** Its position depends on its size. */
  const place = () => {
    if (button !== undefined && panel !== undefined) placeBeside(button, panel)
  }
  const show = async () => {
    setReaders("asking")
    setOpen(true)
    panel?.showPopover()
    // Focus the panel, so that screen readers announce it and it gets the keys: in its row Esc would leave the button.
    // The browser restores the focus when Esc closes it.
    panel?.focus({ preventScroll: true })
    const chat = await whenLive(model)
    const result = await chat.call("conversation.receipts", { conversationId: model.id })
    const others = result.ok
      ? result.value.filter(({ read, userId }) => read >= props.seq && userId !== model.me())
      : undefined
    setReaders(others?.map(({ userId }) => userId) ?? "gone")
    place()
  }
  props.ref(() => void show())
  return (
    <>
      <button
        ref={(node) => {
          button = node
        }}
        type="button"
        class="readers-button ui-reach"
        tabindex="-1"
        aria-label={model.words().act.readers}
        aria-haspopup="dialog"
        aria-expanded={open()}
        aria-controls={id}
        onClick={() => (open() ? panel?.hidePopover() : void show())}
      >
        <StateMark state="sent" />
      </button>
      <div
        ref={(node) => {
          panel = node
        }}
        id={id}
        class="readers"
        popover="auto"
        role="dialog"
        tabindex="-1"
        aria-label={model.words().readers.title}
        on:toggle={(event: ToggleEvent) => setOpen(event.newState === "open")}
      >
        <Show when={open()}>
          <Suspense>
            <ReadersList readers={readers()} onShown={place} />
          </Suspense>
        </Show>
      </div>
    </>
  )
}
