/** "Message path": each step from the gateway to the sockets: its batches, how long they take, and how much waits. */
import { type Accessor, createMemo, createSignal, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Spinner } from "../../ui/EmptyState.tsx"
import { useConsole } from "./Console.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { notMeasured } from "./figures.ts"
import type { RowOf } from "./panelState.ts"
import { nextSort, type Sort, sortedBy } from "./tableRules.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"

type Row = RowOf<"Path"> & { readonly place: number }

const pathValues = {
  step: (row: Row) => row.place,
  rate: (row: Row) => row.perSecond,
  p50: (row: Row) => row.p50Ms,
  p99: (row: Row) => row.p99Ms,
  waiting: (row: Row) => row.waiting
} as const satisfies Record<string, (row: Row) => number | undefined>
type Key = keyof typeof pathValues
type Columns = ReadonlyArray<Column<Row, Key>>

export const PathScreen = () => {
  const app = useApp()
  const words = useOperateWords()
  const { watch } = useConsole()
  const [sort, setSort] = createSignal<Sort<Key>>({ key: "step", descending: false })
  const panel = watch(() => ({ _tag: "Path" }))
  // The server's order is that of the way.
  const rows = createMemo(() => (panel()?.rows ?? []).map((row, place): Row => ({ ...row, place })))
  const collator = createMemo(() => new Intl.Collator(app.i18n.language()))
  const columns = createColumns()
  return (
    <Show when={panel()} fallback={<Spinner label={words().waiting} />}>
      <div class="operate-list">
        <p class="operate-soft">{words().path.about}</p>
        <DataTable
          caption={words().path.caption}
          columns={columns()}
          rows={sortedBy(rows(), pathValues[sort().key], sort().descending, collator().compare)}
          sort={sort()}
          onSort={(key) => setSort((now) => nextSort(now, key, key !== "step"))}
          none={words().path.none}
        />
      </div>
    </Show>
  )
}

const createColumns = (): Accessor<Columns> => {
  const words = useOperateWords()
  const figures = useFigures()
  const numbers = (key: Key, label: string, textOf: (row: Row) => string): Column<Row, Key> => ({
    key,
    label,
    numeric: true,
    cell: (row) => <>{textOf(row())}</>
  })
  return createMemo<Columns>(() => {
    const { path } = words()
    const { count, ms, rate } = figures()
    const steps: Readonly<Record<string, readonly [name: string, what: string]>> = path.steps
    const msOf = (value: number | undefined) => (value === undefined ? notMeasured : ms(value))
    return [
      {
        key: "step",
        label: path.step,
        cell: (row) => (
          <span class="operate-two-lines">
            <span class="operate-strong">{steps[row().key]?.[0] ?? row().key}</span>
            <span class="operate-soft">{steps[row().key]?.[1]}</span>
          </span>
        )
      },
      numbers("rate", path.rate, (row) => rate(row.perSecond)),
      numbers("p50", path.p50, (row) => msOf(row.p50Ms)),
      numbers("p99", path.p99, (row) => msOf(row.p99Ms)),
      numbers("waiting", path.waiting, ({ waiting }) => (waiting === undefined ? notMeasured : count(waiting)))
    ]
  })
}
