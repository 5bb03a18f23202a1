/** "Actors": those of all processes that a filter finds, the busiest first. A press on a path goes down the tree. */
import type { ActorRow } from "@hibiki/core/protocol/Inspection"
import { inspectionLimits } from "@hibiki/core/protocol/InspectionLimits"
import { useSearchParams } from "@solidjs/router"
import { type Accessor, createMemo, createSignal, For, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { filterFor, shortened, shortPath, stepsOf } from "./actorPaths.ts"
import { useActQuestions } from "./actQuestions.ts"
import { Confirm, type Question } from "./Confirm.tsx"
import { useConsole } from "./Console.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { Limit, ProcessName, SearchFilter, Select } from "./Filters.tsx"
import { notMeasured } from "./figures.ts"
import type { PanelOf, RowOf } from "./panelState.ts"
import { handledRates } from "./tableRules.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"
import { useTraceWords } from "./useTraceWords.ts"

type Row = RowOf<"Actors">
type Order = PanelOf<"Actors">["orderBy"]
type Columns = ReadonlyArray<Column<Row, Order | "path" | "state" | "rate" | "process" | "act">>
type State = ActorRow["state"]

const states = ["idle", "ready", "running", "stopping"] as const satisfies ReadonlyArray<State>

export const ActorsScreen = () => {
  const words = useOperateWords()
  const figures = useFigures()
  const { watch } = useConsole()
  const { prefix, setPrefix } = createPrefix()
  const [kind, setKind] = createSignal<string>()
  const [state, setState] = createSignal<State>()
  const [orderBy, setOrderBy] = createSignal<Order>("depth")
  const [limit, setLimit] = createSignal(50)
  const wanted = createMemo((): PanelOf<"Actors"> => {
    const [onlyKind, onlyState] = [kind(), state()]
    return {
      _tag: "Actors",
      prefix: prefix(),
      ...(onlyKind === undefined ? {} : { kind: onlyKind }),
      ...(onlyState === undefined ? {} : { state: onlyState }),
      orderBy: orderBy(),
      limit: limit()
    }
  })
  const panel = watch(wanted)
  const rows = () => panel()?.rows ?? []
  const kinds = createKinds(rows)
  const rates = createMemo((): ReadonlyMap<string, number> => {
    const known = panel()
    return known === undefined ? new Map() : handledRates(known)
  })
  const [asked, setAsked] = createSignal<Question>()
  const questions = useActQuestions()
  const columns = createColumns(rates, setPrefix, ({ node, path }) =>
    setAsked(questions.stop(node, path, shortPath(path)))
  )
  const any = () => ({ value: "", label: words().actors.any })
  return (
    <div class="operate-list">
      <Tree prefix={prefix()} onChoose={setPrefix} />
      <div class="operate-filters">
        <SearchFilter
          label={words().actors.prefix}
          typed={prefix()}
          maxLength={inspectionLimits.prefixMax}
          placeholder="user/"
          onChoose={setPrefix}
        />
        <Select
          label={words().actors.kind}
          chosen={kind() ?? ""}
          options={[any(), ...kinds().map((value) => ({ value, label: value }))]}
          onChoose={(value) => setKind(value === "" ? undefined : value)}
        />
        <Select
          label={words().actors.state}
          chosen={state() ?? ""}
          options={[any(), ...states.map((value) => ({ value, label: words().actors.states[value] }))]}
          onChoose={(value) => setState(states.find((each) => each === value))}
        />
        <Limit limit={limit()} onChoose={setLimit} />
        <Show when={panel()}>
          {(actors) => (
            <p class="operate-shown numbers">
              {words().table.shown(figures().count(actors().rows.length), figures().count(actors().total))}
            </p>
          )}
        </Show>
      </div>
      <Show when={panel()} fallback={<Spinner label={words().waiting} />}>
        <DataTable
          caption={words().actors.caption}
          columns={columns()}
          rows={rows()}
          sort={{ key: orderBy(), descending: true }}
          onSort={(key) => {
            if (isOrder(key)) setOrderBy(key)
          }}
          none={words().actors.none}
        />
      </Show>
      <Confirm of={asked()} onClose={() => setAsked(undefined)} />
    </div>
  )
}

const orders: ReadonlySet<string> = new Set<Order>(["depth", "handled", "restarts", "failed"])
const isOrder = (key: string): key is Order => orders.has(key)

/** In the address, so that another screen and a reload lead to the same place. */
const createPrefix = () => {
  const [search, setSearch] = useSearchParams()
  return {
    prefix: createMemo(() => {
      const { prefix } = search
      return typeof prefix === "string" ? prefix.slice(0, inspectionLimits.prefixMax) : ""
    }),
    setPrefix: (next: string) => setSearch({ prefix: next === "" ? undefined : next }, { replace: true })
  }
}

/** Kinds that were seen so far, since a filter leaves only its own. */
const createKinds = (rows: Accessor<ReadonlyArray<Row>>): Accessor<ReadonlyArray<string>> =>
  createMemo<ReadonlyArray<string>>((seen) => {
    const all = new Set([...seen, ...rows().map(({ kind }) => kind)])
    return all.size === seen.length ? seen : [...all].sort()
  }, [])

/** Where in the tree of actors the table is, with the way up. */
const Tree = (props: { readonly prefix: string; readonly onChoose: (prefix: string) => void }) => {
  const words = useOperateWords()
  const steps = () => [{ name: words().actors.all, prefix: "" }, ...stepsOf(props.prefix)]
  return (
    <nav class="operate-tree" aria-label={words().actors.place}>
      <ol class="operate-steps">
        <For each={steps()}>
          {({ name, prefix }, at) => (
            <li>
              <button
                type="button"
                title={prefix}
                aria-current={at() === steps().length - 1 ? "location" : undefined}
                onClick={() => props.onChoose(prefix)}
              >
                {name}
              </button>
            </li>
          )}
        </For>
      </ol>
    </nav>
  )
}

const createColumns = (
  rates: Accessor<ReadonlyMap<string, number>>,
  onPath: (prefix: string) => void,
  onStop: (row: Row) => void
): Accessor<Columns> => {
  const actWords = useTraceWords()
  const app = useApp()
  const words = useOperateWords()
  const figures = useFigures()
  const failureOf = ({ lastFailure }: Row) =>
    lastFailure === undefined ? undefined : `${app.i18n.full(lastFailure.at)}: ${lastFailure.error}`
  return createMemo<Columns>(() => {
    const { actors } = words()
    const { count, rate } = figures()
    const rateText = (value: number | undefined) => (value === undefined ? notMeasured : rate(value))
    return [
      {
        key: "path",
        label: actors.path,
        sorts: false,
        cell: (row) => (
          <span class="operate-two-lines">
            <button
              type="button"
              class="operate-path"
              title={row().path}
              aria-label={actors.filterBy(shortPath(row().path))}
              onClick={() => onPath(filterFor(row().path))}
            >
              <For each={row().path.split("/")}>
                {(segment, at) => (
                  <>
                    {at() === 0 ? "" : "/"}
                    <wbr />
                    {shortened(segment)}
                  </>
                )}
              </For>
            </button>
            <span class="operate-soft">{row().label === "" ? row().kind : `${row().kind} · ${row().label}`}</span>
          </span>
        )
      },
      { key: "state", label: actors.state, sorts: false, cell: (row) => <>{actors.states[row().state]}</> },
      { key: "depth", label: actors.depth, numeric: true, cell: (row) => <>{count(row().depth)}</> },
      { key: "handled", label: actors.handled, numeric: true, cell: (row) => <>{count(row().handled)}</> },
      {
        key: "rate",
        label: actors.rate,
        numeric: true,
        sorts: false,
        cell: (row) => <>{rateText(rates().get(row().key))}</>
      },
      { key: "restarts", label: actors.restarts, numeric: true, cell: (row) => <>{count(row().restarts)}</> },
      {
        key: "failed",
        label: actors.failed,
        cell: (row) => (
          <Show when={row().lastFailure} fallback={<span class="operate-soft">{actors.never}</span>}>
            {(failure) => (
              <span class="operate-two-lines" title={failureOf(row())}>
                <span>{app.i18n.ago(failure().at, app.minute())}</span>
                <span class="operate-soft operate-cut">{failure().error}</span>
              </span>
            )}
          </Show>
        )
      },
      { key: "process", label: actors.process, sorts: false, cell: (row) => <ProcessName node={row().node} /> },
      {
        key: "act",
        label: actWords().acts.column,
        sorts: false,
        cell: (row) => (
          <Button label={actWords().acts.stopNamed(shortPath(row().path))} onClick={() => onStop(row())}>
            {actWords().acts.stop}
          </Button>
        )
      }
    ]
  })
}
