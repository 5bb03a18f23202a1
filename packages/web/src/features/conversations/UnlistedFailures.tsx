/**
 * Links to rejected messages in conversations that are not in the list, such as one that the person was removed from.
 */
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { A } from "@solidjs/router"
import { createMemo, For, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Icon } from "../../ui/Icon.tsx"
import { plainText } from "../chat/text/grammar.ts"
import { oneLine } from "./ConversationItem.tsx"

export const UnlistedFailures = () => {
  const app = useApp()
  const words = () => app.i18n.t().conversations.notSent
  const lines = createMemo(() =>
    app.conversations() === undefined
      ? []
      : [...(app.failed() ?? [])].filter(([id]) => app.conversation(id) === undefined)
  )
  return (
    <Show when={lines().length > 0}>
      <section class="list-section" data-section="unlisted" aria-label={app.i18n.t().chat.state.failed}>
        <h2 class="list-title">{app.i18n.t().chat.state.failed}</h2>
        <ul class="list-rows">
          <For each={lines()}>
            {([id, rows]) => (
              <li class="list-row">
                <A class="list-link" activeClass="list-link-open" href={`/c/${id}`} data-conversation={id}>
                  <span class="list-glyph" aria-hidden="true">
                    <Icon name="chat" />
                  </span>
                  <span class="list-what">{words().unlisted}</span>
                  <span class="list-last">
                    <span class="list-failed">
                      <Icon name="warning" small />
                      {words().items(rows.length)}
                    </span>
                    <span class="list-text">{lastText(rows)}</span>
                  </span>
                </A>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  )
}

/** The label that distinguishes such conversations, because their names are no longer known. */
const lastText = (rows: ReadonlyArray<OutboxRow>): string =>
  rows.reduce((text, { body }) => ("text" in body ? oneLine(plainText(body.text)) : text), "")
