/** `/board` and `/board/:id`: choose a conversation, and see who of it is there, live. */

import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { A, useNavigate, useParams } from "@solidjs/router"
import { createMemo, For, Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { BackLink } from "../../ui/BackLink.tsx"
import { EmptyState } from "../../ui/EmptyState.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { BoardView } from "./BoardView.tsx"
import { useBoardWords } from "./useBoardWords.ts"
import "./board.css"

export const BoardPage = () => {
  const app = useApp()
  const params = useParams()
  const words = useBoardWords()
  const choices = createMemo(() =>
    (app.conversations() ?? [])
      .filter(({ kind }) => kind !== "direct")
      .sort((a, b) => new Intl.Collator(app.i18n.language()).compare(a.title, b.title))
  )
  const chosen = () => app.conversations()?.find(({ conversationId }) => conversationId === params["id"])
  return (
    <section class="board" aria-labelledby="board-title">
      <header class="board-head">
        <BackLink class="board-back" href="/" aria-label={words().back} title={words().back}>
          <Icon name="back" />
        </BackLink>
        <h1 id="board-title">{words().title}</h1>
      </header>
      <Show when={params["id"] !== undefined} fallback={<Choose choices={choices()} known={app.conversations() !== undefined} />}>
        <Show
          when={chosen()}
          fallback={
            <Show when={app.conversations()}>
              <NotHere />
            </Show>
          }
        >
          {(conversation) => <BoardView conversation={conversation()} choices={choices()} />}
        </Show>
      </Show>
    </section>
  )
}

const NotHere = () => {
  const words = useBoardWords()
  const navigate = useNavigate()
  return <EmptyState text={words().notHere} act={{ label: words().toList, run: () => navigate("/board") }} />
}

const Choose = (props: { readonly choices: ReadonlyArray<ConversationSummary>; readonly known: boolean }) => {
  const navigate = useNavigate()
  const words = useBoardWords()
  return (
    <Show
      when={props.choices.length > 0}
      fallback={
        <Show when={props.known}>
          <EmptyState text={words().nothingToChoose} act={{ label: words().makeGroup, run: () => navigate("/new") }} />
        </Show>
      }
    >
      <p class="board-lead">{words().choose}</p>
      <ul class="board-choices">
        <For each={props.choices}>
          {(conversation) => (
            <li>
              <A class="board-choice" href={`/board/${conversation.conversationId}`}>
                <Icon name={conversation.kind === "channel" ? "channel" : "people"} />
                <bdi class="board-choice-title">{conversation.title}</bdi>
                <span class="board-choice-count numbers">{words().members(conversation.members)}</span>
              </A>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
