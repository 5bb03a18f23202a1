/** Chooses a reaction. What it offers comes when it is first opened. */

import { createSignal, createUniqueId, type JSX, Show, Suspense } from "solid-js"
import { later } from "../../../lib/later.ts"
import { Icon } from "../../../ui/Icon.tsx"
import { placeBeside } from "../../../ui/placeBeside.ts"
import { useConversation } from "../conversationModel.ts"

const ReactionChoices = later(() => import("./ReactionChoices.tsx").then((module) => module.ReactionChoices))

export const ReactionPicker = (props: { readonly onPick: (emoji: string) => void }): JSX.Element => {
  const { words } = useConversation()
  const id = createUniqueId()
  const [open, setOpen] = createSignal(false)
  let button: HTMLButtonElement | undefined
  let panel: HTMLDivElement | undefined
  const show = () => {
    setOpen(true)
    panel?.showPopover()
  }
  /** Its place follows from its size, and the first of its buttons gets the focus once there are some. */
  const shown = () => {
    if (button !== undefined && panel !== undefined) placeBeside(button, panel)
    panel?.querySelector("button")?.focus()
  }
  const pick = (emoji: string) => {
    panel?.hidePopover()
    button?.focus()
    props.onPick(emoji)
  }
  return (
    <>
      <button
        ref={(node) => {
          button = node
        }}
        type="button"
        class="ui-icon-button"
        tabindex="-1"
        aria-label={words().act.react}
        title={words().act.react}
        aria-haspopup="dialog"
        aria-expanded={open()}
        aria-controls={id}
        onClick={() => (open() ? panel?.hidePopover() : show())}
      >
        <Icon name="smile" />
      </button>
      <div
        ref={(node) => {
          panel = node
        }}
        id={id}
        class="picker"
        popover="auto"
        role="dialog"
        aria-label={words().reactions.title}
        on:toggle={(event: ToggleEvent) => setOpen(event.newState === "open")}
      >
        <Show when={open()}>
          <Suspense>
            <ReactionChoices onPick={pick} onShown={shown} />
          </Suspense>
        </Show>
      </div>
    </>
  )
}
