/** The contents of an open reaction picker: six emoji, or any other from the system's keyboard. */

import { oneEmoji } from "@hibiki/core/domain/Emoji"
import { createSignal, For, type JSX, onMount, Show } from "solid-js"
import { Button } from "../../../ui/Button.tsx"
import { useConversation } from "../conversationModel.ts"
import { choicesWords } from "./choicesWords.ts"

const quickEmoji = ["👍", "❤️", "😄", "🎉", "🙏", "👀"] as const

interface ReactionChoicesProps {
  readonly onPick: (emoji: string) => void
  /** Called once they are in the page: they have a size and can get the focus. */
  readonly onShown: () => void
}

export const ReactionChoices = (props: ReactionChoicesProps): JSX.Element => {
  const { app } = useConversation()
  const words = () => choicesWords[app.i18n.language()]
  const [wrong, setWrong] = createSignal(false)
  let own: HTMLInputElement | undefined
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const emoji = oneEmoji(own?.value.trim() ?? "")
    if (emoji === undefined) setWrong(true)
    else props.onPick(emoji)
  }
  onMount(() => props.onShown())
  return (
    <>
      <div class="picker-quick">
        <For each={quickEmoji}>
          {(emoji) => (
            <button type="button" class="picker-emoji" onClick={() => props.onPick(emoji)}>
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
          aria-label={words().own}
          placeholder={words().own}
          aria-invalid={wrong()}
          onInput={() => setWrong(false)}
        />
        <Button type="submit">{words().add}</Button>
      </form>
      <Show when={wrong()}>
        <p class="picker-wrong" role="alert">
          {words().notEmoji}
        </p>
      </Show>
    </>
  )
}

/** Words of the reaction picker, in both languages: they load with it, and not with the words of the first paint. */
