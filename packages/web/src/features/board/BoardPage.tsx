/** `/board` and `/board/:id`: choose a conversation, and see live which members are online. */

import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { A, useNavigate, useParams } from "@solidjs/router"
import { createMemo, For, type JSX, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { EmptyState } from "../../ui/EmptyState.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { Page } from "../../ui/Page.tsx"
import { BoardView } from "./BoardView.tsx"
import { useBoardWords } from "./useBoardWords.ts"
import "./board.css"

export const BoardPage = () => {
  const app = useApp()
  const params = useParams()
  const choices = createMemo(() => {
    const { compare } = new Intl.Collator(app.i18n.language())
    return (app.conversations() ?? []).filter(({ kind }) => kind !== "direct").sort((a, b) => compare(a.title, b.title))
  })
  const chosen = () => app.conversations()?.find(({ conversationId }) => conversationId === params["id"])
  return (
    <Show
      when={params["id"] !== undefined}
      fallback={
        <Framed>
          <Choose choices={choices()} known={app.conversations() !== undefined} />
        </Framed>
      }
    >
      <Framed>
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
      </Framed>
    </Show>
  )
}

/** A page of its own for the choice and for the board, so that changing between them moves the focus to its title. */
const Framed = (props: { readonly children: JSX.Element }) => {
  const words = useBoardWords()
  return (
    <Page title={words().title} back="/" wide>
      <div class="board">{props.children}</div>
    </Page>
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
  // Keyed by id: each message creates another summary, and a focused link must stay.
  const byId = createMemo(
    () => new Map(props.choices.map((conversation) => [conversation.conversationId, conversation]))
  )
  const ids = () => [...byId().keys()]
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
        <For each={ids()}>
          {(id) => (
            <Show when={byId().get(id)}>
              {(conversation) => (
                <li>
                  <A class="board-choice" href={`/board/${id}`}>
                    <Icon name={conversation().kind === "channel" ? "channel" : "people"} />
                    <bdi class="board-choice-title">{conversation().title}</bdi>
                    <span class="board-choice-count numbers">{words().members(conversation().members)}</span>
                  </A>
                </li>
              )}
            </Show>
          )}
        </For>
      </ul>
    </Show>
  )
}
