/** Chooses a reaction: six at hand, or any other emoji by the keyboard of the system. */

import { createSignal, createUniqueId, For, type JSX, Show } from "solid-js"
import { Button } from "../../../ui/Button.tsx"
import { Icon } from "../../../ui/Icon.tsx"
import { placeBeside } from "../../../ui/placeBeside.ts"
import { useConversation } from "../conversationModel.ts"
import { isOneEmoji } from "./isOneEmoji.ts"

const quickEmoji = ["👍", "❤️", "😄", "🎉", "🙏", "👀"] as const

export const ReactionPicker = (props: { readonly onPick: (emoji: string) => void }): JSX.Element => {
  const { words } = useConversation()
  const id = createUniqueId()
  const [open, setOpen] = createSignal(false)
  const [wrong, setWrong] = createSignal(false)
  let button: HTMLButtonElement | undefined
  let panel: HTMLDivElement | undefined
  let own: HTMLInputElement | undefined
  const show = () => {
    // Its buttons are made before the first of them gets the focus.
    setOpen(true)
    panel?.showPopover()
    if (button !== undefined && panel !== undefined) placeBeside(button, panel)
    panel?.querySelector("button")?.focus()
  }
  const pick = (emoji: string) => {
    panel?.hidePopover()
    button?.focus()
    props.onPick(emoji)
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const text = own?.value.trim() ?? ""
    if (isOneEmoji(text)) pick(text)
    else setWrong(true)
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
          <div class="picker-quick">
            <For each={quickEmoji}>
              {(emoji) => (
                <button type="button" class="picker-emoji" onClick={() => pick(emoji)}>
                  {emoji}
                </button>
              )}
            </For>
          </div>
          <form class="picker-own" onSubmit={submit}>
            <input
              ref={(node) => {
                own = node
              }}
              class="ui-input"
              aria-label={words().reactions.own}
              placeholder={words().reactions.own}
              aria-invalid={wrong()}
              onInput={() => setWrong(false)}
            />
            <Button type="submit">{words().reactions.add}</Button>
          </form>
          <Show when={wrong()}>
            <p class="picker-wrong" role="alert">
              {words().reactions.notEmoji}
            </p>
          </Show>
        </Show>
      </div>
    </>
  )
}
