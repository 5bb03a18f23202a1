/** "Queues": the depth of the queues between processes, their takers, and the due work of the push role. */
import { type Accessor, createMemo, createSignal, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Spinner } from "../../ui/EmptyState.tsx"
import { useConsole } from "./Console.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { Unread } from "./Filters.tsx"
import { notMeasured } from "./figures.ts"
import type { RowOf } from "./panelState.ts"
import { nextSort, type Sort, sortedBy } from "./tableRules.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"

type Row = RowOf<"Queues">

/** The order of the server: partitions by number, then the others. */
const places: Readonly<Record<Row["queue"], number>> = { partition: 0, push: 1, deadLetters: 2, looks: 3, pushes: 4 }

const queueValues = {
  queue: (row: Row) => places[row.queue] * 1_000 + (row.partition ?? 0),
  depth: (row: Row) => row.depth,
  consumers: (row: Row) => row.consumers,
  late: (row: Row) => row.lateMs
} as const satisfies Record<string, (row: Row) => number | undefined>
type Key = keyof typeof queueValues
type Columns = ReadonlyArray<Column<Row, Key>>

export const QueuesScreen = () => {
  const app = useApp()
  const words = useOperateWords()
  const { watch } = useConsole()
  const [sort, setSort] = createSignal<Sort<Key>>({ key: "queue", descending: false })
  const panel = watch(() => ({ _tag: "Queues" }))
  const collator = createMemo(() => new Intl.Collator(app.i18n.language()))
  const columns = createColumns()
  return (
    <Show when={panel()} fallback={<Spinner label={words().waiting} />}>
      {(queues) => (
        <div class="operate-list">
          <Unread sources={queues().unread} />
          <DataTable
            caption={words().queues.caption}
            columns={columns()}
            rows={sortedBy(queues().rows, queueValues[sort().key], sort().descending, collator().compare)}
            sort={sort()}
            onSort={(key) => setSort((now) => nextSort(now, key, key !== "queue"))}
            none={words().queues.none}
          />
        </div>
      )}
    </Show>
  )
}

const createColumns = (): Accessor<Columns> => {
  const words = useOperateWords()
  const figures = useFigures()
  return createMemo<Columns>(() => {
    const { queues } = words()
    const { count, span } = figures()
    return [
      {
        key: "queue",
        label: queues.queue,
        cell: (row) => (
          <span class="operate-two-lines">
            <span class="operate-strong">{queues.names[row().queue](row().partition)}</span>
            <span class="operate-soft">{queues.units[row().queue]}</span>
          </span>
        )
      },
      {
        key: "depth",
        label: queues.depth,
        numeric: true,
        cell: (row) => (
          <span classList={{ "operate-bad": isBadDepth(row()) }}>
            {((depth) => (depth === undefined ? queues.missing : count(depth)))(row().depth)}
          </span>
        )
      },
      {
        key: "consumers",
        label: queues.consumers,
        numeric: true,
        cell: (row) => (
          <span classList={{ "operate-bad": row().consumers === 0 }}>
            {((consumers) =>
              consumers === undefined ? notMeasured : consumers === 0 ? queues.nobody : count(consumers))(
              row().consumers
            )}
          </span>
        )
      },
      {
        key: "late",
        label: queues.late,
        numeric: true,
        cell: (row) => <>{((lateMs) => (lateMs === undefined ? notMeasured : span(lateMs)))(row().lateMs)}</>
      }
    ]
  })
}

/** A missing queue, and any dead letter, need somebody. */
const isBadDepth = ({ depth, queue }: Row): boolean => depth === undefined || (queue === "deadLetters" && depth > 0)
