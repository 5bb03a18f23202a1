/** A conversation of which nothing is known yet: that it is asked for, once that takes long enough to be noticed. */
import { createEffect, createSignal, type JSX, on, onCleanup, Show } from "solid-js"
import { Mark } from "../../ui/Mark.tsx"
import { useConversation } from "./conversationModel.ts"
import "../../ui/EmptyState.css"

export const noticedAfterMs = 300

export const LoadingTimeline = (): JSX.Element => {
  const model = useConversation()
  const [shown, setShown] = createSignal(false)
  createEffect(
    on(
      () => model.open.view() === undefined,
      (waits) => {
        setShown(false)
        if (!waits) return
        const timer = setTimeout(() => {
          setShown(true)
          model.app.announcer.say(model.words().timeline.loading)
        }, noticedAfterMs)
        onCleanup(() => clearTimeout(timer))
      }
    )
  )
  return (
    <Show when={shown()}>
      <div class="conversation-empty" data-testid="timeline-loading" aria-hidden="true">
        <span class="ui-spinner">
          <Mark class="ui-spinner-mark" />
        </span>
      </div>
    </Show>
  )
}
