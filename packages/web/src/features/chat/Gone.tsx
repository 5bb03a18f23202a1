/** In place of a conversation that is not there for this person: with what was written and could not be sent there any more, to be taken elsewhere. */
import { A } from "@solidjs/router"
import { For, type JSX, onMount, Show } from "solid-js"
import { Button } from "../../ui/Button.tsx"
import { useConversation, whenLive } from "./conversationModel.ts"
import { copyText } from "./row/rowActs.ts"

export const Gone = (): JSX.Element => {
  const model = useConversation()
  const { words } = model
  const unsent = () => model.open.view()?.pending ?? []
  onMount(() => model.app.announcer.say(words().gone))
  return (
    <div class="conversation-gone">
      <p>{words().gone}</p>
      <A href="/">{words().goneBack}</A>
      <Show when={unsent().length > 0}>
        <section class="gone-unsent" aria-label={words().goneUnsent}>
          <p>{words().goneUnsent}</p>
          <ul>
            <For each={unsent()}>
              {({ id, text }) => (
                <li>
                  <p dir="auto">{text}</p>
                  <Button kind="quiet" onClick={() => void copyText(model, text)}>
                    {words().act.copyText}
                  </Button>
                  <Button kind="quiet" onClick={() => void whenLive(model).then(({ client }) => client.withdraw(id))}>
                    {words().act.discard}
                  </Button>
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
    </div>
  )
}
