/** In place of a conversation that is not there for this person: with what was written and could not be sent there any more, to be taken elsewhere. */
import type { CommandId } from "@hibiki/core/domain/Ids"
import { A } from "@solidjs/router"
import { For, type JSX, onMount, Show } from "solid-js"
import { Button } from "../../ui/Button.tsx"
import { useConversation, whenLive } from "./conversationModel.ts"
import { failedChangeText } from "./row/FailedChange.tsx"
import { copyText } from "./row/rowActs.ts"

export const Gone = (): JSX.Element => {
  const model = useConversation()
  const { words } = model
  const posts = () => model.open.view()?.pending ?? []
  const changes = () => model.open.view()?.failed ?? []
  onMount(() => model.app.announcer.say(words().gone))
  return (
    <div class="conversation-gone">
      <p>{words().gone}</p>
      <A href="/">{words().goneBack}</A>
      <Show when={posts().length + changes().length > 0}>
        <section class="gone-unsent" aria-label={words().goneUnsent}>
          <p>{words().goneUnsent}</p>
          <ul>
            <For each={posts()}>{({ id, text }) => <Unsent id={id} shown={text} text={text} />}</For>
            <For each={changes()}>
              {(change) => (
                <Unsent
                  id={change.id}
                  shown={failedChangeText(change, words())}
                  text={change.body.kind === "edit" ? change.body.text : undefined}
                />
              )}
            </For>
          </ul>
        </section>
      </Show>
    </div>
  )
}

/** `text`: what can be taken elsewhere. */
const Unsent = (props: { readonly id: CommandId; readonly shown: string; readonly text: string | undefined }): JSX.Element => {
  const model = useConversation()
  const { words } = model
  return (
    <li>
      <p dir="auto">{props.shown}</p>
      <Show when={props.text}>
        {(text) => (
          <Button kind="quiet" onClick={() => void copyText(model, text())}>
            {words().act.copyText}
          </Button>
        )}
      </Show>
      <Button kind="quiet" onClick={() => void whenLive(model).then(({ client }) => client.withdraw(props.id))}>
        {words().act.discard}
      </Button>
    </li>
  )
}
