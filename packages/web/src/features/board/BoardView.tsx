/** One conversation's board: totals, the last hour, and who is there. */

import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { useNavigate } from "@solidjs/router"
import { For, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/Spinner.tsx"
import { BoardPlot } from "./BoardPlot.tsx"
import { BoardTable } from "./BoardTable.tsx"
import { BoardTotals } from "./BoardTotals.tsx"
import { hourOf, totalsOf } from "./boardState.ts"
import { createBoard } from "./createBoard.ts"
import { useBoardWords } from "./useBoardWords.ts"

export const BoardView = (props: {
  readonly conversation: ConversationSummary
  readonly choices: ReadonlyArray<ConversationSummary>
}) => {
  const app = useApp()
  const words = useBoardWords()
  const board = createBoard(() => props.conversation.conversationId)
  const told = () => {
    const connection = board.connection()
    if (connection === "open") return words().live
    if (connection === "paused") return words().paused
    if (connection === "gone") return words().notHere
    const at = board.state()?.at
    return connection === "lost" && at !== undefined ? words().lost(app.i18n.time(at)) : words().connecting
  }
  return (
    <div class="board-view" data-board={board.connection()}>
      <div class="board-bar">
        <Choice conversation={props.conversation} choices={props.choices} />
        <p class="board-connection" role="status">
          <span class="board-lamp" aria-hidden="true" />
          {told()}
        </p>
        <Button onClick={() => board.setPaused(!board.paused())}>
          {board.paused() ? words().resume : words().pause}
        </Button>
      </div>
      <Show
        when={board.state()}
        fallback={
          <Show when={board.connection() !== "gone"}>
            <Spinner label={words().connecting} />
          </Show>
        }
      >
        {(state) => (
          <div class="board-body" classList={{ "board-old": board.connection() !== "open" }}>
            <BoardTotals totals={totalsOf(state())} />
            <BoardPlot hour={hourOf(state())} />
            <BoardTable state={state()} />
          </div>
        )}
      </Show>
    </div>
  )
}

const Choice = (props: {
  readonly conversation: ConversationSummary
  readonly choices: ReadonlyArray<ConversationSummary>
}) => {
  const words = useBoardWords()
  const navigate = useNavigate()
  // A direct conversation has a board too, but is not offered.
  const choices = () =>
    props.choices.some(({ conversationId }) => conversationId === props.conversation.conversationId)
      ? props.choices
      : [props.conversation, ...props.choices]
  return (
    <label class="board-select">
      <span class="only-heard">{words().conversation}</span>
      <select onChange={(event) => navigate(`/board/${event.currentTarget.value}`)}>
        <For each={choices()}>
          {({ conversationId, peer, title }) => (
            <option value={conversationId} selected={conversationId === props.conversation.conversationId}>
              {title === "" ? (peer?.displayName ?? "") : title}
            </option>
          )}
        </For>
      </select>
    </label>
  )
}
