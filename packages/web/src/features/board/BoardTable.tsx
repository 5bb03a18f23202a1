/**
 * The board's table with one row per person: state, devices, and the time of the last change. Sorted by state and name
 * until the user chooses another order.
 */
import { createMemo, createSignal, For, Show } from "solid-js"
import { sameItems } from "../../lib/sameItems.ts"
import { useApp } from "../../model/App.ts"
import { Avatar, PresenceDot } from "../../ui/Avatar.tsx"
import { MoreButton } from "../../ui/Button.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { type BoardState, type Line, linesOf, type SortKey } from "./boardState.ts"
import { useBoardWords } from "./useBoardWords.ts"
import "./board.css"

/** Rows shown at first, and added by each press of "more". */
const rowsAtOnce = 200

export const BoardTable = (props: { readonly state: BoardState }) => {
  const app = useApp()
  const words = useBoardWords()
  const [sort, setSort] = createSignal<{ readonly key: SortKey; readonly descending: boolean }>({
    key: "state",
    descending: false
  })
  const [shown, setShown] = createSignal(rowsAtOnce)
  const compare = createMemo(() => new Intl.Collator(app.i18n.language()).compare)
  // Rows are keyed by person and kept when they move, so that only changes are drawn.
  const lines = createMemo(
    () => new Map(linesOf(props.state, app.people.name, compare(), sort()).map((line) => [line.userId, line]))
  )
  const order = createMemo(() => [...lines().keys()].slice(0, shown()), [], { equals: sameItems })
  let body: HTMLTableSectionElement | undefined
  const Heading = (heading: { readonly by: SortKey; readonly text: string }) => {
    const isSorted = () => sort().key === heading.by
    return (
      <th scope="col" aria-sort={isSorted() ? (sort().descending ? "descending" : "ascending") : undefined}>
        <button
          type="button"
          class="board-sort"
          onClick={() => setSort((old) => ({ key: heading.by, descending: old.key === heading.by && !old.descending }))}
        >
          {heading.text}
          <Show when={isSorted()}>
            <Icon name={sort().descending ? "up" : "down"} small />
          </Show>
        </button>
      </th>
    )
  }
  return (
    <div class="board-table-frame">
      <table class="board-table">
        <caption class="only-heard">{words().people}</caption>
        <thead>
          <tr>
            <Heading by="name" text={words().name} />
            <Heading by="state" text={words().state} />
            <th scope="col">{words().devices}</th>
            <Heading by="since" text={words().since} />
          </tr>
        </thead>
        <tbody
          ref={(node) => {
            body = node
          }}
        >
          <For each={order()}>
            {(userId) => <Show when={lines().get(userId)}>{(line) => <PersonRow line={line()} />}</Show>}
          </For>
        </tbody>
      </table>
      <Show when={lines().size > shown()}>
        <MoreButton list={() => body} onMore={() => setShown((count) => count + rowsAtOnce)}>
          {words().more(Math.min(rowsAtOnce, lines().size - shown()))}
        </MoreButton>
      </Show>
    </div>
  )
}

const PersonRow = (props: { readonly line: Line }) => {
  const app = useApp()
  const words = useBoardWords()
  const since = () => {
    const { since, state } = props.line
    if (since === undefined) return words().unknown
    return state === "offline"
      ? words().lastSeen(app.i18n.ago(since, app.minute()))
      : words().sinceTime(app.i18n.short(since, app.minute()))
  }
  return (
    <tr data-user={props.line.userId} data-state={props.line.state}>
      <th scope="row">
        <span class="board-person">
          <Avatar userId={props.line.userId} name={props.line.name} size={28} />
          <bdi>{props.line.name}</bdi>
        </span>
      </th>
      <td>
        <span class="board-state">
          <span aria-hidden="true">
            <PresenceDot state={props.line.state} label={words().states[props.line.state]} />
          </span>
          {words().states[props.line.state]}
        </span>
      </td>
      <td>
        <ul class="board-kinds">
          <For each={props.line.kinds}>
            {(kind) => (
              <li>
                <Icon name={kind} small />
                {words().kinds[kind]}
              </li>
            )}
          </For>
        </ul>
      </td>
      <td
        class="board-since numbers"
        title={props.line.since === undefined ? undefined : app.i18n.full(props.line.since)}
      >
        {since()}
      </td>
    </tr>
  )
}
