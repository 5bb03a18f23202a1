/** "Presence": how many people were online, on the whole server or in one conversation. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { HistoryWindow, PresenceHistory } from "@hibiki/core/domain/PresenceCounts"
import { isUuid } from "@hibiki/core/domain/TextRules"
import { useSearchParams } from "@solidjs/router"
import { type Accessor, createEffect, createMemo, createSignal, For, on, onCleanup, Show, Suspense } from "solid-js"
import { lazy } from "../../lib/lazy.ts"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { FormProblem } from "../../ui/Field.tsx"
import { type AdminError, adminProblem } from "./adminProblem.ts"
import { useConsole } from "./Console.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { Choices, SearchFilter } from "./Filters.tsx"
import type { Figures } from "./figures.ts"
import {
  type CountName,
  countNames,
  countText,
  gapsOf,
  isWindow,
  type Line,
  linesOf,
  type Reading,
  readingsOf,
  type Step,
  stepsOf,
  windows
} from "./presencePoints.ts"
import type { PresenceWords } from "./presenceWords.en.ts"
import { useAdminWords } from "./useAdminWords.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"
import { usePresenceWords } from "./usePresenceWords.ts"
import "./presence.css"

/** The library that draws it is large. */
const PresencePlot = lazy(() => import("./PresencePlot.tsx").then((module) => module.PresencePlot))

interface Query {
  readonly window: HistoryWindow
  /** Undefined: the whole server. */
  readonly conversationId: ConversationId | undefined
}
interface Found extends Query {
  readonly history: PresenceHistory
}

export const PresenceScreen = () => {
  const words = usePresenceWords()
  const { choose, query, typed } = createQuery()
  const { found, problem, reload } = createHistory(query)
  const wrong = () => query() === undefined
  let controls: HTMLDivElement | undefined
  const clear = () => {
    choose({ conversation: undefined })
    // The pressed button is gone.
    controls?.querySelector<HTMLElement>("input[type=search]")?.focus()
  }
  return (
    <div class="presence">
      <div
        class="presence-controls"
        ref={(node) => {
          controls = node
        }}
      >
        <Choices
          label={words().window}
          name="presence-window"
          chosen={typed().window}
          options={windows.map((window) => ({ value: window, label: words().windows[window] }))}
          onChoose={(window) => choose({ window })}
        />
        <SearchFilter
          label={words().conversation}
          typed={typed().conversation}
          maxLength={80}
          error={wrong() ? words().conversationWrong : undefined}
          onChoose={(conversation) => choose({ conversation: conversation.trim() })}
        />
        <Show when={typed().conversation !== ""}>
          <Button onClick={clear}>{words().wholeServer}</Button>
        </Show>
      </div>
      <Problem text={problem()} onReload={reload} />
      <Show when={found()} fallback={<Waiting when={!wrong() && problem() === undefined} />}>
        {(shown) => <History of={shown()} />}
      </Show>
    </div>
  )
}

const Waiting = (props: { readonly when: boolean }) => {
  const words = useOperateWords()
  return (
    <Show when={props.when}>
      <Spinner label={words().waiting} />
    </Show>
  )
}

const Problem = (props: { readonly text: string | undefined; readonly onReload: () => void }) => {
  const words = useAdminWords()
  return (
    <>
      <FormProblem text={props.text} />
      <Show when={props.text !== undefined}>
        <p>
          <Button onClick={() => props.onReload()}>{words().reload}</Button>
        </p>
      </Show>
    </>
  )
}

/** In the address, so that another screen and a reload lead to the same place. */
const createQuery = () => {
  const [search, setSearch] = useSearchParams()
  const typed = createMemo(() => ({
    window: isWindow(search["window"]) ? search["window"] : "24h",
    conversation: typeof search["conversation"] === "string" ? search["conversation"].slice(0, 80) : ""
  }))
  /** Undefined: the conversation is no id. */
  const query = createMemo(
    (): Query | undefined => {
      const { conversation, window } = typed()
      const id = conversation.toLowerCase()
      if (id === "") return { window, conversationId: undefined }
      return isUuid(id) ? { window, conversationId: id as ConversationId } : undefined
    },
    undefined,
    { equals: isSame }
  )
  const choose = (to: { readonly window?: HistoryWindow; readonly conversation?: string | undefined }) =>
    setSearch(to, { replace: true })
  return { typed, query, choose }
}

/**
 * Loads the history of the query at once, and again each minute while the page is visible and not paused. What is shown
 * stays until the next answer, and a failed call removes only what another query found.
 */
const createHistory = (query: Accessor<Query | undefined>) => {
  const app = useApp()
  const [admin, words] = [useAdminWords(), usePresenceWords()]
  const { isWatching } = useConsole()
  const [found, setFound] = createSignal<Found>()
  const [failed, setFailed] = createSignal<AdminError>()
  let turn = 0
  onCleanup(() => {
    turn++
  })
  const fail = (asked: Query, error: AdminError) => {
    setFailed(error)
    setFound((known) => (isSame(known, asked) ? known : undefined))
  }
  const load = async (asked: Query) => {
    const mine = ++turn
    const { conversationId, window } = asked
    const payload = conversationId === undefined ? { window } : { window, conversationId }
    const answer = await app
      .whenLive()
      .then((chat) => chat.call("presence.history", payload))
      .catch(() => ({ ok: false, error: { _tag: "Failed" } }) as const)
    if (mine !== turn) return
    if (!answer.ok) return fail(asked, answer.error)
    setFailed(undefined)
    setFound({ ...asked, history: answer.value })
  }
  const reload = () => {
    const asked = query()
    turn++
    if (asked !== undefined) return void load(asked)
    setFailed(undefined)
    setFound(undefined)
  }
  createEffect(on(query, reload))
  createEffect(on([app.minute, isWatching], ([, watching]) => watching && reload(), { defer: true }))
  const problem = () => {
    const error = failed()
    if (error === undefined) return undefined
    const isAbsent = error._tag === "NotFound" && query()?.conversationId !== undefined
    return isAbsent ? words().notFound : adminProblem(error, admin())
  }
  return { found, problem, reload }
}

const isSame = (a: Query | undefined, b: Query | undefined): boolean =>
  a?.window === b?.window && a?.conversationId === b?.conversationId

const History = (props: { readonly of: Found }) => {
  const app = useApp()
  const words = usePresenceWords()
  const history = () => props.of.history
  const steps = createMemo(() => stepsOf(history()))
  const lines = createMemo(() => linesOf(steps(), history().everyMs))
  const title = () => {
    const { conversationId } = props.of
    if (conversationId === undefined) return words().ofServer
    const own = app.conversation(conversationId)?.title ?? ""
    return words().ofConversation(own === "" ? words().nameless(conversationId) : own)
  }
  const none = () => (props.of.conversationId === undefined ? words().noneOfServer : words().noneOfConversation)
  return (
    <section class="presence-part" aria-label={title()} data-history={props.of.window}>
      <h2 class="presence-title">{title()}</h2>
      <Show when={props.of.conversationId !== undefined}>
        <p class="page-note">{words().rounded}</p>
      </Show>
      <Show when={!history().counting}>
        <p class="operate-unread" role="status">
          {words().off}
        </p>
      </Show>
      <Show
        when={history().points.length > 0}
        fallback={
          <Show when={history().counting || props.of.conversationId !== undefined}>
            <p class="operate-note">{none()}</p>
          </Show>
        }
      >
        <FigureList steps={steps()} />
        <Gaps lines={lines()} />
        <Suspense fallback={<p class="operate-note">{words().loading}</p>}>
          <PresencePlot steps={steps()} byDay={props.of.window === "30d"} />
        </Suspense>
        <p class="page-note">{words().about(history().everyMs / 60_000)}</p>
        <Numbers lines={lines()} />
      </Show>
    </section>
  )
}

const Gaps = (props: { readonly lines: ReadonlyArray<Line> }) => {
  const words = usePresenceWords()
  const gaps = createMemo(() => gapsOf(props.lines))
  const minutes = () => gaps().reduce((sum, { at, until }) => sum + (until - at) / 60_000, 0)
  return (
    <Show when={gaps().length > 0}>
      <p class="operate-soft" data-gaps={gaps().length}>
        {words().gaps(gaps().length, minutes())}
      </p>
    </Show>
  )
}

/** The newest and the largest count of each kind. */
const FigureList = (props: { readonly steps: ReadonlyArray<Step> }) => {
  const words = usePresenceWords()
  const found = createMemo(() =>
    countNames.flatMap((name) => {
      const readings = readingsOf(props.steps, name)
      return readings === undefined
        ? []
        : [
            { label: words().names[name], of: readings.last },
            { label: words().most[name], of: readings.most }
          ]
    })
  )
  return (
    <dl class="operate-figures" aria-label={words().figures}>
      <For each={found()}>{({ label, of }) => <Figure label={label} of={of} />}</For>
    </dl>
  )
}

const Figure = (props: { readonly label: string; readonly of: Reading }) => {
  const words = usePresenceWords()
  const figures = useFigures()
  return (
    <div class="operate-figure">
      <dt>{props.label}</dt>
      <dd>
        <strong class="numbers" classList={{ "presence-words": props.of.value === null }}>
          {countText(props.of.value, words(), figures())}
        </strong>
        <span class="operate-soft">{words().at(figures().minute(props.of.at))}</span>
      </dd>
    </div>
  )
}

type Row = Line & { readonly key: string }

/** The same numbers as a table, the newest first. Its rows exist only while it is open. */
const Numbers = (props: { readonly lines: ReadonlyArray<Line> }) => {
  const words = usePresenceWords()
  const [open, setOpen] = createSignal(false)
  const columns = createColumns()
  const rows = createMemo(
    (): ReadonlyArray<Row> => (open() ? props.lines.map((line) => ({ ...line, key: String(line.at) })).reverse() : [])
  )
  return (
    <details class="presence-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words().table}</summary>
      <Show when={open()}>
        <DataTable
          caption={words().table}
          columns={columns()}
          rows={rows()}
          sort={{ key: "time", descending: true }}
          onSort={() => undefined}
          none={words().notCounted}
        />
      </Show>
    </details>
  )
}

const createColumns = (): Accessor<ReadonlyArray<Column<Row, CountName | "time">>> => {
  const words = usePresenceWords()
  const figures = useFigures()
  return createMemo(() => [
    {
      key: "time" as const,
      label: words().time,
      sorts: false,
      cell: (row) => <>{timeOf(row(), words(), figures())}</>
    },
    ...countNames.map((name) => ({
      key: name,
      label: words().names[name],
      numeric: true,
      sorts: false,
      cell: (row: Accessor<Row>) => <>{cellOf(row(), name, words(), figures())}</>
    }))
  ])
}

const timeOf = (row: Row, words: PresenceWords, { minute }: Figures): string =>
  row.counts === undefined ? words.span(minute(row.at), minute(row.until)) : minute(row.at)

const cellOf = ({ counts }: Row, name: CountName, words: PresenceWords, figures: Figures): string =>
  counts === undefined ? words.notCounted : countText(counts[name], words, figures)
