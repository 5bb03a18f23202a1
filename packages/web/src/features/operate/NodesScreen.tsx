/** "Processes": what each process says of itself, in the last second. */
import { type Accessor, createMemo, createSignal, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { useActQuestions } from "./actQuestions.ts"
import { Confirm, type Question } from "./Confirm.tsx"
import { useConsole } from "./Console.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { notMeasured } from "./figures.ts"
import type { RowOf } from "./panelState.ts"
import { nextSort, type Sort, sortedBy } from "./tableRules.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"
import { useTraceWords } from "./useTraceWords.ts"

type Row = RowOf<"Nodes">

const nodeValues = {
  process: (row: Row) => `${row.role} ${row.host}`,
  state: (row: Row) => row.missed,
  up: (row: Row) => -row.startedAt,
  cpu: (row: Row) => row.values["cpuSeconds"] ?? 0,
  memory: (row: Row) => row.values["memoryBytes"] ?? 0,
  lag: (row: Row) => row.values["loopLagMs"] ?? 0,
  sockets: (row: Row) => row.values["sockets"] ?? 0,
  actors: (row: Row) => row.values["actors"] ?? 0,
  redis: (row: Row) => row.values["redisSeconds"],
  clock: (row: Row) => row.clockAheadMs,
  version: (row: Row) => row.version
} as const satisfies Record<string, (row: Row) => string | number | undefined>
type Key = keyof typeof nodeValues
type Columns = ReadonlyArray<Column<Row, Key | "act">>

export const NodesScreen = () => {
  const app = useApp()
  const words = useOperateWords()
  const { nodes } = useConsole()
  const [sort, setSort] = createSignal<Sort<Key>>({ key: "process", descending: false })
  const collator = createMemo(() => new Intl.Collator(app.i18n.language(), { numeric: true }))
  const [asked, setAsked] = createSignal<Question>()
  const questions = useActQuestions()
  const drain = (row: Row) => setAsked(questions.drain(row.node, nameOf(row)))
  const columns = createColumns(() => nodes()?.at ?? 0, drain)
  const onSort = (key: Key | "act") =>
    key !== "act" && setSort((now) => nextSort(now, key, key !== "process" && key !== "version"))
  return (
    <Show when={nodes()} fallback={<Spinner label={words().waiting} />}>
      {(panel) => (
        <>
          <DataTable
            caption={words().nodes.caption}
            columns={columns()}
            rows={sortedBy(panel().rows, nodeValues[sort().key], sort().descending, collator().compare)}
            sort={sort()}
            onSort={onSort}
            none={words().nodes.none}
          />
          <Confirm of={asked()} onClose={() => setAsked(undefined)} />
        </>
      )}
    </Show>
  )
}

const nameOf = ({ host, role }: Row): string => `${role} ${host}`

/** One process that is the whole server can't be drained from its own page. */
const canDrain = ({ role }: Row): boolean => role !== "all" && role !== "embedded"

/** `at`: the time of the panel, by the server's clock. */
const createColumns = (at: () => number, onDrain: (row: Row) => void): Accessor<Columns> => {
  const actWords = useTraceWords()
  const { i18n } = useApp()
  const words = useOperateWords()
  const figures = useFigures()
  const numbers = (key: Key, label: string, textOf: (row: Row) => string): Column<Row, Key> => ({
    key,
    label,
    numeric: true,
    cell: (row) => <>{textOf(row())}</>
  })
  return createMemo<Columns>(() => {
    const { nodes } = words()
    const { bytes, count, ms, percent, span } = figures()
    return [
      {
        key: "process",
        label: nodes.process,
        cell: (row) => (
          <span class="operate-two-lines">
            <span class="operate-strong">{row().role}</span>
            <bdi class="operate-soft">{row().host}</bdi>
          </span>
        )
      },
      {
        key: "state",
        label: nodes.state,
        cell: (row) => (
          <span classList={{ "operate-bad": row().missed > 0 }}>
            {row().missed > 0 ? nodes.missed(row().missed) : nodes.answers}
          </span>
        )
      },
      {
        key: "up",
        label: nodes.up,
        numeric: true,
        cell: (row) => <span title={nodes.since(i18n.full(row().startedAt))}>{span(at() - row().startedAt)}</span>
      },
      numbers("cpu", nodes.cpu, (row) => percent(nodeValues.cpu(row))),
      numbers("memory", nodes.memory, (row) => bytes(nodeValues.memory(row))),
      numbers("lag", nodes.lag, (row) => ms(nodeValues.lag(row))),
      numbers("sockets", nodes.sockets, (row) => count(nodeValues.sockets(row))),
      numbers("actors", nodes.actors, (row) => count(nodeValues.actors(row))),
      numbers("redis", nodes.redis, (row) => {
        const seconds = nodeValues.redis(row)
        return seconds === undefined ? notMeasured : ms(seconds * 1_000)
      }),
      numbers("clock", nodes.clock, (row) => count(row.clockAheadMs)),
      { key: "version", label: nodes.version, cell: (row) => <bdi>{row().version}</bdi> },
      {
        key: "act",
        label: actWords().acts.column,
        sorts: false,
        cell: (row) => (
          <Show when={canDrain(row())}>
            <Button label={actWords().acts.drainNamed(nameOf(row()))} onClick={() => onDrain(row())}>
              {actWords().acts.drain}
            </Button>
          </Show>
        )
      }
    ]
  })
}
