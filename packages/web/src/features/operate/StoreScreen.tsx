/** "Store": how the database is doing, its largest tables, its replicas, and the largest conversations. */
import { type Accessor, createMemo, createSignal, For, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Spinner } from "../../ui/EmptyState.tsx"
import { shortened } from "./actorPaths.ts"
import { useConsole } from "./Console.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { Unread } from "./Filters.tsx"
import { type Figures, notMeasured } from "./figures.ts"
import type { OperateWords, StoreFigure } from "./operateWords.en.ts"
import type { RowOf } from "./panelState.ts"
import { nextSort, type Sort, sortedBy } from "./tableRules.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"

type Row = RowOf<"Store">
type RowOfKind<Tag extends Row["_tag"]> = Extract<Row, { readonly _tag: Tag }>

const figureNames: ReadonlyArray<StoreFigure> = [
  "databaseBytes",
  "eventsPerSecond",
  "connections",
  "oldestTransactionMs",
  "idsUsed"
]

export const StoreScreen = () => {
  const words = useOperateWords()
  const { watch } = useConsole()
  const panel = watch(() => ({ _tag: "Store" }))
  const rows = () => panel()?.rows ?? []
  const ofKind = <Tag extends Row["_tag"]>(tag: Tag) =>
    createMemo(() => rows().filter((row): row is RowOfKind<Tag> => row._tag === tag))
  const [figures, tables, replicas] = [ofKind("Figures"), ofKind("Table"), ofKind("Replica")]
  const conversations = ofKind("Conversation")
  return (
    <Show when={panel()} fallback={<Spinner label={words().waiting} />}>
      {(store) => (
        <div class="operate-list">
          <Unread sources={store().unread} />
          <Show when={figures()[0]} fallback={<p class="operate-note">{words().store.unread}</p>}>
            {(row) => (
              <>
                <FigureList row={row()} />
                <Tables rows={tables()} />
                <Show when={replicas().length > 0} fallback={<p class="operate-note">{words().store.noReplicas}</p>}>
                  <Replicas rows={replicas()} />
                </Show>
                <Conversations rows={conversations()} />
              </>
            )}
          </Show>
        </div>
      )}
    </Show>
  )
}

/** A figure, and its meaning or its maximum. */
const figureOf = (
  name: StoreFigure,
  row: RowOfKind<"Figures">,
  { store }: OperateWords,
  { bytes, count, percent, rate, span }: Figures
): readonly [value: string, more: string] => {
  const value = row[name]
  if (name === "connections")
    return value === undefined
      ? [notMeasured, store.alone]
      : [count(value), store.more.connections(count(row.connectionsMax))]
  if (value === undefined) return [notMeasured, name === "oldestTransactionMs" ? store.noTransaction : store.more[name]]
  const text = { databaseBytes: bytes, eventsPerSecond: rate, oldestTransactionMs: span, idsUsed: percent }[name]
  return [text(value), store.more[name]]
}

const FigureList = (props: { readonly row: RowOfKind<"Figures"> }) => {
  const words = useOperateWords()
  const figures = useFigures()
  return (
    <dl class="operate-figures" aria-label={words().store.figures}>
      <For each={figureNames}>
        {(name) => {
          const shown = createMemo(() => figureOf(name, props.row, words(), figures()))
          return (
            <div class="operate-figure" data-figure={name}>
              <dt>{words().store.names[name]}</dt>
              <dd>
                <strong class="numbers">{shown()[0]}</strong>
                <span class="operate-soft">{shown()[1]}</span>
              </dd>
            </div>
          )
        }}
      </For>
    </dl>
  )
}

/** A table that this page orders by the value of a column. */
const SortedTable = <R extends Row, Key extends string>(props: {
  readonly caption: string
  readonly none: string
  readonly rows: ReadonlyArray<R>
  readonly columns: ReadonlyArray<Column<R, Key>>
  readonly values: Readonly<Record<Key, (row: R) => string | number | undefined>>
  /** Columns of texts begin with A. */
  readonly texts: ReadonlyArray<Key>
  readonly first: Sort<Key>
}) => {
  const app = useApp()
  const [sort, setSort] = createSignal<Sort<Key>>(props.first)
  const collator = createMemo(() => new Intl.Collator(app.i18n.language(), { numeric: true }))
  return (
    <DataTable
      titled
      caption={props.caption}
      columns={props.columns}
      rows={sortedBy(props.rows, props.values[sort().key], sort().descending, collator().compare)}
      sort={sort()}
      onSort={(key) => setSort((now) => nextSort(now, key, !props.texts.includes(key)))}
      none={props.none}
    />
  )
}

const numbers = <R extends Row, Key extends string>(
  key: Key,
  label: string,
  textOf: (row: R) => string
): Column<R, Key> => ({ key, label, numeric: true, cell: (row: Accessor<R>) => <>{textOf(row())}</> })

const tableValues = {
  name: (row: RowOfKind<"Table">) => row.name,
  size: (row: RowOfKind<"Table">) => row.bytes,
  rows: (row: RowOfKind<"Table">) => row.rows,
  deadRows: (row: RowOfKind<"Table">) => row.deadRows,
  vacuumed: (row: RowOfKind<"Table">) => row.vacuumedMs
}

const Tables = (props: { readonly rows: ReadonlyArray<RowOfKind<"Table">> }) => {
  const words = useOperateWords()
  const figures = useFigures()
  const columns = createMemo((): ReadonlyArray<Column<RowOfKind<"Table">, keyof typeof tableValues>> => {
    const { store } = words()
    const { bytes, count, span } = figures()
    return [
      { key: "name", label: store.table, cell: (row) => <bdi>{row().name}</bdi> },
      numbers("size", store.size, (row) => bytes(row.bytes)),
      numbers("rows", store.rows, (row) => count(row.rows)),
      numbers("deadRows", store.deadRows, (row) => count(row.deadRows)),
      numbers("vacuumed", store.vacuumed, ({ vacuumedMs }) =>
        vacuumedMs === undefined ? store.never : store.ago(span(vacuumedMs))
      )
    ]
  })
  return (
    <SortedTable
      caption={words().store.tables}
      none={words().store.noTables}
      rows={props.rows}
      columns={columns()}
      values={tableValues}
      texts={["name"]}
      first={{ key: "size", descending: true }}
    />
  )
}

const replicaValues = {
  name: (row: RowOfKind<"Replica">) => row.name,
  state: (row: RowOfKind<"Replica">) => row.state,
  lag: (row: RowOfKind<"Replica">) => row.lagMs,
  lagBytes: (row: RowOfKind<"Replica">) => row.lagBytes
}

const Replicas = (props: { readonly rows: ReadonlyArray<RowOfKind<"Replica">> }) => {
  const words = useOperateWords()
  const figures = useFigures()
  const columns = createMemo((): ReadonlyArray<Column<RowOfKind<"Replica">, keyof typeof replicaValues>> => {
    const { store } = words()
    const { bytes, span } = figures()
    return [
      { key: "name", label: store.replica, cell: (row) => <bdi>{row().name}</bdi> },
      { key: "state", label: store.state, cell: (row) => <>{row().state ?? store.hidden}</> },
      numbers("lag", store.lag, ({ lagMs }) => (lagMs === undefined ? notMeasured : span(lagMs))),
      numbers("lagBytes", store.lagBytes, ({ lagBytes }) => (lagBytes === undefined ? notMeasured : bytes(lagBytes)))
    ]
  })
  return (
    <SortedTable
      caption={words().store.replicas}
      none={words().store.noReplicas}
      rows={props.rows}
      columns={columns()}
      values={replicaValues}
      texts={["name", "state"]}
      first={{ key: "lagBytes", descending: true }}
    />
  )
}

const conversationValues = {
  conversation: (row: RowOfKind<"Conversation">) => row.conversation,
  kind: (row: RowOfKind<"Conversation">) => row.kind,
  events: (row: RowOfKind<"Conversation">) => row.events
}

const Conversations = (props: { readonly rows: ReadonlyArray<RowOfKind<"Conversation">> }) => {
  const words = useOperateWords()
  const figures = useFigures()
  const columns = createMemo((): ReadonlyArray<Column<RowOfKind<"Conversation">, keyof typeof conversationValues>> => {
    const { store } = words()
    const { count } = figures()
    const kinds: Readonly<Record<string, string>> = store.kinds
    return [
      {
        key: "conversation",
        label: store.conversation,
        cell: (row) => <span title={row().conversation}>{shortened(row().conversation)}</span>
      },
      { key: "kind", label: store.kind, cell: (row) => <>{kinds[row().kind] ?? row().kind}</> },
      numbers("events", store.events, (row) => count(row.events))
    ]
  })
  return (
    <SortedTable
      caption={words().store.conversations}
      none={words().store.noConversations}
      rows={props.rows}
      columns={columns()}
      values={conversationValues}
      texts={["conversation", "kind"]}
      first={{ key: "events", descending: true }}
    />
  )
}
