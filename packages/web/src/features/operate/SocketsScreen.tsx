/** "Sockets": the open ones of all processes, those first that read slowest, are silent, or wait for answers. */
import { A } from "@solidjs/router"
import { type Accessor, createMemo, createSignal, Show } from "solid-js"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { shortened } from "./actorPaths.ts"
import { useActQuestions } from "./actQuestions.ts"
import { Confirm, type Question } from "./Confirm.tsx"
import { useConsole } from "./Console.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { Limit, ProcessName } from "./Filters.tsx"
import type { PanelOf, RowOf } from "./panelState.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"
import { useTraceWords } from "./useTraceWords.ts"

type Row = RowOf<"Sockets">
type Order = PanelOf<"Sockets">["orderBy"]
type Columns = ReadonlyArray<
  Column<Row, Order | "person" | "device" | "kind" | "state" | "conversations" | "process" | "act">
>

export const SocketsScreen = () => {
  const words = useOperateWords()
  const figures = useFigures()
  const { watch } = useConsole()
  const [orderBy, setOrderBy] = createSignal<Order>("unsent")
  const [limit, setLimit] = createSignal(50)
  const panel = watch(createMemo((): PanelOf<"Sockets"> => ({ _tag: "Sockets", orderBy: orderBy(), limit: limit() })))
  const [asked, setAsked] = createSignal<Question>()
  const questions = useActQuestions()
  const columns = createColumns((row) => setAsked(questions.disconnect(row.node, row.socket)))
  return (
    <div class="operate-list">
      <div class="operate-filters">
        <Limit limit={limit()} onChoose={setLimit} />
        <Show when={panel()}>
          {(sockets) => (
            <p class="operate-shown numbers">
              {words().table.shown(figures().count(sockets().rows.length), figures().count(sockets().total))}
            </p>
          )}
        </Show>
      </div>
      <Show when={panel()} fallback={<Spinner label={words().waiting} />}>
        {(sockets) => (
          <DataTable
            caption={words().sockets.caption}
            columns={columns()}
            rows={sockets().rows}
            sort={{ key: orderBy(), descending: true }}
            onSort={(key) => {
              if (isOrder(key)) setOrderBy(key)
            }}
            none={words().sockets.none}
          />
        )}
      </Show>
      <Confirm of={asked()} onClose={() => setAsked(undefined)} />
    </div>
  )
}

const orders: ReadonlySet<string> = new Set<Order>(["unsent", "silent", "pending"])
const isOrder = (key: string): key is Order => orders.has(key)

const createColumns = (onDisconnect: (row: Row) => void): Accessor<Columns> => {
  const actWords = useTraceWords()
  const words = useOperateWords()
  const figures = useFigures()
  return createMemo<Columns>(() => {
    const { sockets } = words()
    const { bytes, count, span } = figures()
    const kinds: Readonly<Record<string, string>> = sockets.kinds
    return [
      {
        key: "person",
        label: sockets.person,
        sorts: false,
        cell: (row) => (
          <A
            href={`/operate/actors?prefix=${encodeURIComponent(`user/${row().user}`)}`}
            title={row().user}
            aria-label={sockets.toActors(shortened(row().user))}
          >
            {shortened(row().user)}
          </A>
        )
      },
      {
        key: "device",
        label: sockets.device,
        sorts: false,
        cell: (row) => <span title={row().device}>{shortened(row().device)}</span>
      },
      { key: "kind", label: sockets.kind, sorts: false, cell: (row) => <>{kinds[row().kind] ?? row().kind}</> },
      {
        key: "state",
        label: sockets.state,
        sorts: false,
        cell: (row) => (
          <span classList={{ "operate-bad": row().lagging }}>{row().lagging ? sockets.lagging : sockets.live}</span>
        )
      },
      { key: "unsent", label: sockets.unsent, numeric: true, cell: (row) => <>{bytes(row().unsent)}</> },
      { key: "pending", label: sockets.pending, numeric: true, cell: (row) => <>{count(row().pending)}</> },
      { key: "silent", label: sockets.silent, numeric: true, cell: (row) => <>{span(row().silentMs)}</> },
      {
        key: "conversations",
        label: sockets.conversations,
        numeric: true,
        sorts: false,
        cell: (row) => <>{count(row().conversations)}</>
      },
      { key: "process", label: sockets.process, sorts: false, cell: (row) => <ProcessName node={row().node} /> },
      {
        key: "act",
        label: actWords().acts.column,
        sorts: false,
        cell: (row) => (
          <Button
            label={actWords().acts.disconnectNamed(`${shortened(row().user)} ${row().socket}`)}
            onClick={() => onDisconnect(row())}
          >
            {actWords().acts.disconnect}
          </Button>
        )
      }
    ]
  })
}
