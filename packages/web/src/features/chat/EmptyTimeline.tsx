/** A conversation in which nothing was said yet. */
import { createMemo, type JSX, Show } from "solid-js"
import { EmptyState } from "../../ui/EmptyState.tsx"
import { passFocus } from "../../ui/passFocus.ts"
import { useConversation, whenLive } from "./conversationModel.ts"

export const EmptyTimeline = (): JSX.Element => {
  const model = useConversation()
  const { words } = model
  const empty = createMemo(() => {
    const view = model.open.view()
    return view !== undefined && view.entries.length === 0 && view.pending.length === 0 && model.summary() !== undefined
  })
  const greet = () => void whenLive(model).then(({ client }) => client.post(model.id, words().timeline.greeting))
  return (
    <Show when={empty()}>
      <div class="conversation-empty" ref={passFocus(() => model.hands.focusComposer())}>
        <Show when={!model.notes()} fallback={<EmptyState text={words().timeline.notes} />}>
          <EmptyState
            text={words().timeline.empty(model.title())}
            act={{ label: words().timeline.greet, run: greet }}
          />
        </Show>
      </div>
    </Show>
  )
}
