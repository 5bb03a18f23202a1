/** One conversation's board: totals, the last hour, and its members' presence. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { DeviceKind } from "@hibiki/core/domain/Presence"
import { useNavigate } from "@solidjs/router"
import { type Accessor, createEffect, createMemo, createSignal, For, on, onCleanup, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { BoardTable } from "./BoardTable.tsx"
import { afterMinutes, afterUpdate, type BoardState, type Hour, hourOf, type Totals, totalsOf } from "./boardState.ts"
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

// The totals: how many are online, and of these how many are active, idle, and on which kinds of device.

const kinds: ReadonlyArray<DeviceKind> = ["browser", "terminal", "bot"]

const BoardTotals = (props: { readonly totals: Totals }) => {
  const words = useBoardWords()
  return (
    <dl class="board-totals">
      <Total name="online" label={words().online} count={props.totals.online} />
      <Total name="active" label={words().states.active} count={props.totals.active} />
      <Total name="idle" label={words().states.idle} count={props.totals.idle} />
      <Total name="offline" label={words().states.offline} count={props.totals.offline} />
      <For each={kinds}>
        {(kind) => (
          <Show when={kind === "browser" || props.totals.kinds[kind] > 0}>
            <Total name={kind} label={words().onKind[kind]} count={props.totals.kinds[kind]} />
          </Show>
        )}
      </For>
    </dl>
  )
}

const Total = (props: { readonly name: string; readonly label: string; readonly count: number }) => (
  <div class="board-total" data-total={props.name}>
    <dt>{props.label}</dt>
    <dd class="numbers">{props.count}</dd>
  </div>
)

// The last hour as a small chart: a hand-drawn step line, with its numbers in words.

const width = 600
const height = 120

/** Each minute's value holds until the next: steps, not slopes. */
const stepsOf = (hour: Hour, top: number): string => {
  const across = width / Math.max(1, hour.points.length - 1)
  const y = (count: number) => (height - (count / top) * (height - 8)).toFixed(1)
  return hour.points
    .map((count, index) => (index === 0 ? `M0 ${y(count)}` : `H${(index * across).toFixed(1)}V${y(count)}`))
    .join("")
}

const BoardPlot = (props: { readonly hour: Hour }) => {
  const words = useBoardWords()
  const top = () => Math.max(1, props.hour.most)
  const line = createMemo(() => stepsOf(props.hour, top()))
  return (
    <figure class="board-plot">
      <figcaption>
        <span class="board-plot-title">{words().hour}</span>
        <span class="board-plot-told numbers">
          {words().hourTold(props.hour.now, props.hour.most, props.hour.fewest)}
        </span>
      </figcaption>
      <div class="board-plot-body">
        <span class="board-plot-top numbers" aria-hidden="true">
          {top()}
        </span>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          <path class="board-plot-grid" d={`M0 8H${width}M0 ${height / 2 + 4}H${width}M0 ${height}H${width}`} />
          <path class="board-plot-area" d={`${line()}V${height}H0Z`} />
          <path class="board-plot-line" d={line()} />
        </svg>
      </div>
      <div class="board-plot-ends" aria-hidden="true">
        <span>{words().hourAgo}</span>
        <span>{words().now}</span>
      </div>
    </figure>
  )
}

// A board's live part: watches only while the page is visible.

/** `lost`: the stream is unreachable and is being retried; `gone`: the board is not for this user. */
type BoardConnection = "connecting" | "open" | "lost" | "gone" | "paused"

interface Board {
  /** Undefined until the first snapshot. */
  readonly state: Accessor<BoardState | undefined>
  readonly connection: Accessor<BoardConnection>
  readonly paused: Accessor<boolean>
  readonly setPaused: (paused: boolean) => void
}

const createBoard = (conversationId: Accessor<ConversationId>): Board => {
  const app = useApp()
  const [state, setState] = createSignal<BoardState>()
  const [stream, setStream] = createSignal<Exclude<BoardConnection, "paused">>("connecting")
  const [paused, setPaused] = createSignal(false)
  const hidden = createHidden()

  createEffect(on(conversationId, () => setState(undefined)))
  createEffect(() => {
    const [chat, id] = [app.chat(), conversationId()]
    if (chat === undefined || paused() || hidden()) return
    setStream("connecting")
    onCleanup(
      chat.watchBoard(
        { conversationId: id },
        (update) => setState((known) => afterUpdate(known, update, Date.now())),
        (next) => setStream(next)
      )
    )
  })
  createEffect(
    on(app.minute, () => {
      // Without a stream the minutes that pass are unknown.
      if (!paused() && stream() === "open") setState((known) => known && afterMinutes(known, Date.now()))
    })
  )
  return { state, connection: () => (paused() ? "paused" : stream()), paused, setPaused }
}

/** Whether the page is in a background tab or behind a closed lid. */
const createHidden = (): Accessor<boolean> => {
  const [hidden, setHidden] = createSignal(document.hidden)
  const look = () => setHidden(document.hidden)
  document.addEventListener("visibilitychange", look)
  onCleanup(() => document.removeEventListener("visibilitychange", look))
  return hidden
}
