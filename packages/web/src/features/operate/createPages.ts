/** A list that an administrator's calls bring page by page, with what failed in words. */
import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { Chat } from "../../runtime/Chat.ts"
import { type AdminError, adminProblem } from "./adminProblem.ts"
import { useAdminWords } from "./useAdminWords.ts"

/** Most rows of one list in memory. Beyond it the person narrows the search. */
export const listedMax = 1_000
/** Rows in one answer. */
export const pageRows = 50

export type PageAnswer<Row> =
  | { readonly ok: true; readonly rows: ReadonlyArray<Row>; readonly more: boolean }
  | { readonly ok: false; readonly error: AdminError }

export interface Pages<Row> {
  /** Undefined before the first answer. */
  readonly rows: Accessor<ReadonlyArray<Row> | undefined>
  /** Whether the server has more. */
  readonly more: Accessor<boolean>
  readonly busy: Accessor<boolean>
  readonly problem: Accessor<string | undefined>
  readonly loadMore: () => void
  /** From the first page on. */
  readonly reload: () => void
  readonly replace: (rows: ReadonlyArray<Row>, more: boolean) => void
  /** Changes the rows without a call, after an act whose result is known. */
  readonly change: (to: (rows: ReadonlyArray<Row>) => ReadonlyArray<Row>) => void
}

/**
 * Loads the first page at once, and again when the query changes; an answer to an earlier query is dropped. `ask`:
 * `last` is the row after which the page begins. Call within a component.
 */
export const createPages = <Query, Row>(
  query: Accessor<Query>,
  ask: (chat: Chat, query: Query, last: Row | undefined) => Promise<PageAnswer<Row>>
): Pages<Row> => {
  const app = useApp()
  const words = useAdminWords()
  const [rows, setRows] = createSignal<ReadonlyArray<Row>>()
  const [more, setMore] = createSignal(false)
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()
  let turn = 0
  onCleanup(() => {
    turn++
  })
  const load = async (before: ReadonlyArray<Row>) => {
    const mine = ++turn
    setBusy(true)
    const answer = await ask(await app.whenLive(), untrack(query), before.at(-1))
    if (mine !== turn) return
    setBusy(false)
    if (!answer.ok) return setProblem(adminProblem(answer.error, words()))
    setProblem(undefined)
    setRows([...before, ...answer.rows])
    setMore(answer.more)
  }
  const start = (before: ReadonlyArray<Row>) =>
    void load(before).catch(() => {
      setBusy(false)
      setProblem(words().failed.other)
    })
  const reload = () => start([])
  createEffect(on(query, reload))
  return {
    rows,
    more,
    busy,
    problem,
    reload,
    loadMore: () => start(untrack(rows) ?? []),
    replace: (next, isMore) => {
      setRows(next)
      setMore(isMore)
    },
    change: (to) => setRows((known) => (known === undefined ? undefined : to(known)))
  }
}
