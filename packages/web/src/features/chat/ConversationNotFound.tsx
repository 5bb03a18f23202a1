/** Replaces a conversation that this person cannot see. Shows their unsent text, so that they can copy it elsewhere. */

import type { CommandId } from "@hibiki/core/domain/Ids"
import { A } from "@solidjs/router"
import { createSignal, For, type JSX, onCleanup, onMount, Show } from "solid-js"
import type { Draft } from "../../lib/database.ts"
import { isolated } from "../../lib/names.ts"
import { Button } from "../../ui/Button.tsx"
import { leaveRow } from "../../ui/focus.ts"
import { useConversation, whenLive } from "./conversationModel.ts"
import { notFoundWords } from "./notFoundWords.ts"
import { failedChangeText } from "./row/postState.ts"
import { copyText } from "./text/copyText.ts"

export const ConversationNotFound = (): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const own = () => notFoundWords[app.i18n.language()]
  const title = () => (model.title() === words().header.unknown ? undefined : isolated(model.title()))
  const text = () => own().text(title())
  const posts = () => model.open.view()?.pending ?? []
  const changes = () => model.open.view()?.failed ?? []
  // The draft of the composer, which is not shown any more.
  const [draft, setDraft] = createSignal<Draft>()
  const drafted = () => draft()?.text.trim() ?? ""
  const discardDraft = () => {
    app.drafts.save(model.id, undefined)
    setDraft(undefined)
  }
  const withdraw = (id: CommandId) => void whenLive(model).then(({ client }) => client.withdraw(id))
  void app.drafts.load(model.id).then(setDraft)
  onCleanup(app.drafts.onOther(model.id, setDraft))
  onMount(() => app.announcer.say(text()))
  return (
    <div class="conversation-not-found">
      <p>{text()}</p>
      <A href="/">{own().back}</A>
      <Show when={posts().length + changes().length > 0 || drafted() !== ""}>
        <section class="not-found-unsent" aria-label={own().unsent}>
          <p>{own().unsent}</p>
          <ul>
            <For each={posts()}>
              {({ id, text }) => <Unsent shown={text} text={text} onDiscard={() => withdraw(id)} />}
            </For>
            <For each={changes()}>
              {(change) => (
                <Unsent
                  shown={failedChangeText(change, words())}
                  text={change.body.kind === "edit" ? change.body.text : undefined}
                  onDiscard={() => withdraw(change.id)}
                />
              )}
            </For>
            <Show when={drafted() !== ""}>
              <Unsent shown={drafted()} text={drafted()} onDiscard={discardDraft} />
            </Show>
          </ul>
        </section>
      </Show>
    </div>
  )
}

interface UnsentProps {
  readonly shown: string
  /** The text that the user can copy. */
  readonly text: string | undefined
  readonly onDiscard: () => void
}

const Unsent = (props: UnsentProps): JSX.Element => {
  const { app, words } = useConversation()
  let row: HTMLLIElement | undefined
  const discard = () => {
    leaveRow(row, ".conversation-not-found > a")
    props.onDiscard()
  }
  return (
    <li
      ref={(node) => {
        row = node
      }}
    >
      <p dir="auto">{props.shown}</p>
      <Show when={props.text}>
        {(text) => (
          <Button kind="quiet" onClick={() => void copyText(app, text())}>
            {words().act.copyText}
          </Button>
        )}
      </Show>
      <Button kind="quiet" onClick={discard}>
        {words().act.discard}
      </Button>
    </li>
  )
}

/** Words of this screen, in both languages: they load with it, and not with the words of the first paint. */
