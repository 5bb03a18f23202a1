/** "Audit": the acts of administrators, newest first. New entries appear by themselves while the page is visible. */
import { type AuditEntry, auditActs } from "@hibiki/core/domain/Audit"
import { adminPageMax } from "@hibiki/core/protocol/rpc/AdminRpcs"
import { useSearchParams } from "@solidjs/router"
import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  on,
  onCleanup,
  Show,
  untrack
} from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { FormProblem } from "../../ui/Field.tsx"
import { adminProblem } from "./adminProblem.ts"
import {
  type AuditFilter,
  fieldTime,
  filterIn,
  handleIn,
  queryOf,
  shortId,
  targetsOf,
  timeOf,
  withNewest,
  wordMax
} from "./auditEntries.ts"
import { exportAudit, saveFile } from "./auditFile.ts"
import { useConsole } from "./Console.ts"
import { createPages, type Pages, pageRows } from "./createPages.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { SearchFilter, Select } from "./Filters.tsx"
import { ListFoot } from "./ListFoot.tsx"
import { useAdminWords, wordIn } from "./useAdminWords.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"
import "./admin.css"

type Row = AuditEntry & { readonly key: string }
type Columns = ReadonlyArray<Column<Row, "seq" | "at" | "actor" | "act" | "targets" | "outcome">>
type Choose = (to: Partial<AuditFilter>) => void

const pollMs = 5_000

export const AuditScreen = () => {
  const words = useAdminWords()
  const operate = useOperateWords()
  const figures = useFigures()
  const { choose, filter } = createFilter()
  const [actor, target] = [createId(() => filter().actor), createId(() => filter().target)]
  /** Undefined while a username is looked up, or is nobody's. */
  const query = createMemo(() => {
    const [byId, ofId] = [actor.id(), target.id()]
    return byId === undefined || ofId === undefined ? undefined : queryOf({ ...filter(), actor: byId, target: ofId })
  })
  const pages = createPages(query, async (chat, wanted, last: AuditEntry | undefined) => {
    if (wanted === undefined) return { ok: true, rows: [], more: false }
    const before = last === undefined ? {} : { before: last.seq }
    const answer = await chat.call("admin.audit", { ...wanted, ...before, limit: pageRows })
    return answer.ok ? { ok: true, rows: answer.value.entries, more: answer.value.more } : answer
  })
  const { isStale, poll, readAt } = createPolling(query, pages)
  const rows = createMemo(() => pages.rows()?.map((row) => ({ ...row, key: String(row.seq) })))
  const columns = createColumns(choose)
  return (
    <div class="operate-list">
      <Filters filter={filter()} actorProblem={actor.problem()} targetProblem={target.problem()} onChoose={choose} />
      <div class="operate-filters">
        <Export onDone={poll} />
        <Show when={readAt()}>
          {(at) => <p class="operate-shown numbers">{operate().updated(figures().clock(at()))}</p>}
        </Show>
      </div>
      <Show when={isStale()}>
        <p class="operate-unread" role="status">
          {words().audit.stale}
        </p>
      </Show>
      <Show
        when={rows()}
        fallback={
          <Show when={pages.problem() === undefined}>
            <Spinner label={operate().waiting} />
          </Show>
        }
      >
        {(shown) => (
          <DataTable
            caption={words().audit.caption}
            columns={columns()}
            rows={shown()}
            sort={{ key: "seq", descending: true }}
            onSort={() => undefined}
            none={words().audit.none}
          />
        )}
      </Show>
      <ListFoot of={pages} />
    </div>
  )
}

/** In the address, so that a reload and a link lead to the same entries. */
const createFilter = (): { readonly filter: Accessor<AuditFilter>; readonly choose: Choose } => {
  const [search, setSearch] = useSearchParams()
  const filter = createMemo(() => filterIn({ ...search }), undefined, {
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b)
  })
  // The address follows a moment later, and another choice may come before.
  let wanted = filter()
  createEffect(
    on(filter, (now) => {
      wanted = now
    })
  )
  return {
    filter,
    choose: (to) => {
      wanted = { ...wanted, ...to }
      const shown = (value: string | number | undefined) => (value === "" ? undefined : value)
      setSearch(Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, shown(value)])), {
        replace: true
      })
    }
  }
}

interface FoundId {
  /** Undefined while it is looked up, or when nobody has the username. */
  readonly id: Accessor<string | undefined>
  readonly problem: Accessor<string | undefined>
}

/** Returns the id for a typed text: an id as it is, or the id of the username after "@". */
const createId = (typed: Accessor<string>): FoundId => {
  const app = useApp()
  const words = useAdminWords()
  const [id, setId] = createSignal<string | undefined>(
    handleIn(untrack(typed)) === undefined ? untrack(typed) : undefined
  )
  const [problem, setProblem] = createSignal<string>()
  const find = async (handle: string) => {
    const chat = await app.whenLive()
    const answer = await chat.call("admin.people", { prefix: handle, limit: adminPageMax })
    if (handleIn(untrack(typed)) !== handle) return
    if (!answer.ok) return setProblem(adminProblem(answer.error, words()))
    const found = answer.value.people.find((person) => person.handle.toLowerCase() === handle)
    if (found === undefined) setProblem(words().audit.nobody)
    setId(found?.userId)
  }
  createEffect(
    on(typed, (text) => {
      const handle = handleIn(text)
      setProblem(undefined)
      setId(handle === undefined ? text.trim() : undefined)
      if (handle !== undefined) find(handle).catch(() => setProblem(words().failed.other))
    })
  )
  return { id, problem }
}

/** Reads the newest page again and again while the page is visible and not paused. */
const createPolling = (query: Accessor<ReturnType<typeof queryOf> | undefined>, pages: Pages<AuditEntry>) => {
  const app = useApp()
  const { isWatching } = useConsole()
  const [isStale, setStale] = createSignal(false)
  const [readAt, setReadAt] = createSignal<number>()
  let reading = false
  const read = async () => {
    const wanted = untrack(query)
    const entries = untrack(pages.rows)
    if (wanted === undefined || entries === undefined || untrack(pages.busy)) return
    const answer = await (await app.whenLive()).call("admin.audit", { ...wanted, limit: pageRows })
    setStale(!answer.ok)
    // The filter changed meanwhile, or older entries came.
    if (!answer.ok || wanted !== untrack(query) || entries !== untrack(pages.rows)) return
    setReadAt(Date.now())
    const next = withNewest({ entries, more: untrack(pages.more) }, answer.value)
    if (next.entries !== entries) pages.replace(next.entries, next.more)
  }
  const poll = () => {
    if (reading) return
    reading = true
    read()
      .catch(() => setStale(true))
      .finally(() => {
        reading = false
      })
  }
  createEffect(
    on(isWatching, (watching) => {
      if (!watching) return
      poll()
      const timer = setInterval(poll, pollMs)
      onCleanup(() => clearInterval(timer))
    })
  )
  return { isStale, poll, readAt }
}

const Export = (props: { readonly onDone: () => void }) => {
  const app = useApp()
  const words = useAdminWords()
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()
  let isLeft = false
  onCleanup(() => {
    isLeft = true
  })
  const run = async () => {
    const chat = await app.whenLive()
    const file = await exportAudit({
      ask: (after) => chat.call("admin.auditExport", after === undefined ? {} : { after }),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      isWanted: () => !isLeft
    })
    if (file === undefined) return
    if (!file.ok) return setProblem(adminProblem(file.error, words()))
    saveFile(file.parts, `hibiki-audit-${new Date().toISOString().slice(0, 10)}.csv`)
    app.toasts.show({ text: words().audit.exported })
    props.onDone()
  }
  return (
    <>
      <Button
        busy={busy()}
        onClick={() => {
          setBusy(true)
          setProblem(undefined)
          run()
            .catch(() => setProblem(words().failed.other))
            .finally(() => setBusy(false))
        }}
      >
        {words().audit.export}
      </Button>
      <FormProblem text={problem()} />
    </>
  )
}

interface FiltersProps {
  readonly filter: AuditFilter
  readonly actorProblem: string | undefined
  readonly targetProblem: string | undefined
  readonly onChoose: Choose
}

const Filters = (props: FiltersProps) => {
  const words = useAdminWords()
  const acts = () => [
    { value: "", label: words().audit.anyAct },
    ...auditActs.map((value) => ({ value, label: words().audit.acts[value] }))
  ]
  const isChosen = () => JSON.stringify(queryOf(props.filter)) !== "{}"
  return (
    // On a phone the entries come first.
    <details class="operate-choices" open={!matchMedia("(max-width: 767.98px)").matches || isChosen()}>
      <summary>{words().audit.filter}</summary>
      <div class="operate-filters">
        <Select
          label={words().audit.act}
          chosen={props.filter.act}
          options={acts()}
          onChoose={(act) => props.onChoose({ act })}
        />
        <SearchFilter
          label={words().audit.actor}
          typed={props.filter.actor}
          maxLength={wordMax}
          placeholder={words().audit.typed}
          error={props.actorProblem}
          onChoose={(actor) => props.onChoose({ actor })}
        />
        <SearchFilter
          label={words().audit.target}
          typed={props.filter.target}
          maxLength={wordMax}
          placeholder={words().audit.typed}
          error={props.targetProblem}
          onChoose={(target) => props.onChoose({ target })}
        />
        <TimeFilter label={words().audit.from} at={props.filter.from} onChoose={(from) => props.onChoose({ from })} />
        <TimeFilter
          label={words().audit.until}
          at={props.filter.until}
          onChoose={(until) => props.onChoose({ until })}
        />
      </div>
    </details>
  )
}

interface TimeFilterProps {
  readonly label: string
  readonly at: number | undefined
  readonly onChoose: (at: number | undefined) => void
}

const TimeFilter = (props: TimeFilterProps) => {
  const id = createUniqueId()
  return (
    <div class="operate-filter">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        type="datetime-local"
        value={fieldTime(props.at)}
        onChange={(event) => props.onChoose(timeOf(event.currentTarget.value))}
      />
    </div>
  )
}

const createColumns = (onChoose: Choose): Accessor<Columns> => {
  const app = useApp()
  const words = useAdminWords()
  const figures = useFigures()
  const nameOf = (id: string) => app.people.get(id as Parameters<typeof app.people.get>[0])?.displayName
  return createMemo<Columns>(() => {
    const { audit } = words()
    const { count, moment } = figures()
    return [
      { key: "seq", label: audit.seq, numeric: true, sorts: false, cell: (row) => <>{count(row().seq)}</> },
      {
        key: "at",
        label: audit.at,
        sorts: false,
        cell: (row) => (
          <time class="numbers" datetime={new Date(row().at).toISOString()}>
            {moment(row().at)}
          </time>
        )
      },
      {
        key: "actor",
        label: audit.actor,
        sorts: false,
        cell: (row) => {
          const name = () => wordIn(audit.actors, row().actor) ?? nameOf(row().actor) ?? shortId(row().actor)
          return (
            <span class="operate-two-lines">
              <FilterButton
                id={row().actor}
                text={name()}
                label={audit.byActor(name())}
                onPress={() => onChoose({ actor: row().actor })}
              />
              <span class="operate-soft">{row().origin}</span>
            </span>
          )
        }
      },
      { key: "act", label: audit.act, sorts: false, cell: (row) => <>{wordIn(audit.acts, row().act) ?? row().act}</> },
      {
        key: "targets",
        label: audit.target,
        sorts: false,
        cell: (row) => (
          <span class="operate-two-lines">
            <For each={targetsOf(row())}>
              {({ filters, id, kind }) => {
                const text = () => (kind === "user" ? nameOf(id) : undefined) ?? shortId(id)
                const label = wordIn(audit.kinds, kind) ?? kind
                return (
                  <span>
                    <span class="operate-soft">{label} </span>
                    <Show when={filters} fallback={<span title={id}>{shortId(id)}</span>}>
                      <FilterButton
                        id={id}
                        text={text()}
                        label={audit.byTarget(label, text())}
                        onPress={() => onChoose({ target: id })}
                      />
                    </Show>
                  </span>
                )
              }}
            </For>
          </span>
        )
      },
      {
        key: "outcome",
        label: audit.outcome,
        sorts: false,
        cell: (row) => (
          <span classList={{ "operate-bad": row().outcome === "failed" }}>
            {wordIn(audit.outcomes, row().outcome) ?? audit.refused(row().outcome)}
          </span>
        )
      }
    ]
  })
}

interface FilterButtonProps {
  readonly id: string
  readonly text: string
  readonly label: string
  readonly onPress: () => void
}

const FilterButton = (props: FilterButtonProps) => (
  <button type="button" class="operate-path" title={props.id} aria-label={props.label} onClick={() => props.onPress()}>
    {props.text}
  </button>
)
