/** Who has read an own message of a group: asked for when it is opened. */
import type { Receipt } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { createSignal, createUniqueId, For, type JSX, Match, Show, Switch } from "solid-js"
import { Avatar } from "../../../ui/Avatar.tsx"
import { placeBeside } from "../../../ui/placeBeside.ts"
import { useConversation, whenLive } from "../conversationModel.ts"
import { StateMark } from "./StateMark.tsx"

type Asked = { readonly _tag: "asking" } | { readonly _tag: "gone" } | { readonly _tag: "told"; readonly readers: ReadonlyArray<Receipt> }

export interface ReadersProps {
  readonly seq: number
  /** Told how they are shown, for others who lead there. */
  readonly ref: (show: () => void) => void
}

export const Readers = (props: ReadersProps): JSX.Element => {
  const model = useConversation()
  const id = createUniqueId()
  const [open, setOpen] = createSignal(false)
  const [asked, setAsked] = createSignal<Asked>({ _tag: "asking" })
  let button: HTMLButtonElement | undefined
  let panel: HTMLDivElement | undefined
  const place = () => button !== undefined && panel !== undefined && placeBeside(button, panel)
  const show = async () => {
    setAsked({ _tag: "asking" })
    // Filled first: its place follows from its size.
    setOpen(true)
    panel?.showPopover()
    place()
    // So that it is told, and the keyboard is its own: in its row Esc would leave the button. The browser gives the focus back when Esc closes it.
    panel?.focus({ preventScroll: true })
    const chat = await whenLive(model)
    const result = await chat.call("conversation.receipts", { conversationId: model.id })
    const readers = result.ok ? result.value.filter(({ read, userId }) => read >= props.seq && userId !== model.me()) : []
    setAsked(result.ok ? { _tag: "told", readers } : { _tag: "gone" })
    place()
  }
  props.ref(() => void show())
  const readers = () => {
    const now = asked()
    return now._tag === "told" ? now.readers : []
  }
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
          <p class="readers-title">{model.words().readers.title}</p>
          <Switch>
            <Match when={asked()._tag === "asking"}>
              <p>{model.words().readers.loading}</p>
            </Match>
            <Match when={asked()._tag === "gone"}>
              <p>{model.words().readers.unavailable}</p>
            </Match>
            <Match when={readers().length === 0}>
              <p>{model.words().readers.none}</p>
            </Match>
            <Match when={readers().length > 0}>
              <ul class="readers-list">
                <For each={readers()}>
                  {({ userId }) => (
                    <li>
                      <Avatar userId={userId} name={model.app.people.name(userId)} size={24} />
                      <bdi>{model.app.people.name(userId)}</bdi>
                    </li>
                  )}
                </For>
              </ul>
            </Match>
          </Switch>
        </Show>
      </div>
    </>
  )
}
