/** Who has read an own message of a group: asked for when it is opened. */
import { createSignal, createUniqueId, type JSX, Show, Suspense } from "solid-js"
import { later } from "../../../lib/later.ts"
import { placeBeside } from "../../../ui/placeBeside.ts"
import { useConversation, whenLive } from "../conversationModel.ts"
import type { ReadersListProps } from "./ReadersList.tsx"
import { StateMark } from "./StateMark.tsx"

const ReadersList = later(() => import("./ReadersList.tsx").then((module) => module.ReadersList))

export interface ReadersProps {
  readonly seq: number
  /** Told how they are shown, for others who lead there. */
  readonly ref: (show: () => void) => void
}

export const Readers = (props: ReadersProps): JSX.Element => {
  const model = useConversation()
  const id = createUniqueId()
  const [open, setOpen] = createSignal(false)
  const [readers, setReaders] = createSignal<ReadersListProps["readers"]>("asking")
  let button: HTMLButtonElement | undefined
  let panel: HTMLDivElement | undefined
  /** It follows from the size. */
  const place = () => {
    if (button !== undefined && panel !== undefined) placeBeside(button, panel)
  }
  const show = async () => {
    setReaders("asking")
    setOpen(true)
    panel?.showPopover()
    // So that it is told, and the keyboard is its own: in its row Esc would leave the button. The browser gives the
    // focus back when Esc closes it.
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
