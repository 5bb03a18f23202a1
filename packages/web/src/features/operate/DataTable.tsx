/** A table of the console, sorted by buttons in its headings. Its first column stays in view on narrow pages. */
import { type Accessor, createMemo, For, type JSX, Show } from "solid-js"
import { sameItems } from "../../lib/sameItems.ts"
import { Icon } from "../../ui/Icon.tsx"
import type { Sort } from "./tableRules.ts"
import "./table.css"

export interface Column<Row, Key extends string> {
  readonly key: Key
  readonly label: string
  /** Numbers stand at the end of their cells. */
  readonly numeric?: boolean
  /** Whether its heading sorts. */
  readonly sorts?: boolean
  /** Called once for each row, so that its controls keep their focus while the row changes. */
  readonly cell: (row: Accessor<Row>) => JSX.Element
}

interface DataTableProps<Row extends { readonly key: string }, Key extends string> {
  readonly caption: string
  /** The caption is shown above the table, where a screen has several. */
  readonly titled?: boolean
  /** The first one names the row. */
  readonly columns: ReadonlyArray<Column<Row, Key>>
  readonly rows: ReadonlyArray<Row>
  readonly sort: Sort<string>
  readonly onSort: (key: Key) => void
  /** Shown in place of a table without rows. */
  readonly none: string
}

export const DataTable = <Row extends { readonly key: string }, Key extends string>(
  props: DataTableProps<Row, Key>
) => {
  // Keyed, so that a row keeps its focus while it changes and moves.
  const byKey = createMemo(() => new Map(props.rows.map((row) => [row.key, row])))
  const order = createMemo(() => [...byKey().keys()], [], { equals: sameItems })
  return (
    <Show when={props.rows.length > 0} fallback={<p class="operate-note">{props.none}</p>}>
      {/* Scrolls sideways by keyboard, too. */}
      <section class="operate-scroll" tabindex="0" aria-label={props.caption}>
        <table class="operate-table">
          <caption class={props.titled === true ? "operate-caption" : "only-heard"}>{props.caption}</caption>
          <thead>
            <tr>
              <For each={props.columns}>
                {(column) => <Heading column={column} sort={props.sort} onSort={() => props.onSort(column.key)} />}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={order()}>
              {(key) => (
                <Show when={byKey().get(key)}>
                  {(row) => (
                    <tr data-row={key}>
                      <For each={props.columns}>
                        {(column, at) => (
                          <Show when={at() === 0} fallback={<td class={classOf(column)}>{column.cell(row)}</td>}>
                            <th scope="row" class={classOf(column)}>
                              {column.cell(row)}
                            </th>
                          </Show>
                        )}
                      </For>
                    </tr>
                  )}
                </Show>
              )}
            </For>
          </tbody>
        </table>
      </section>
    </Show>
  )
}

const classOf = ({ numeric }: { readonly numeric?: boolean }) =>
  numeric === true ? "operate-number numbers" : undefined

const Heading = (props: {
  readonly column: Pick<Column<never, string>, "key" | "label" | "numeric" | "sorts">
  readonly sort: Sort<string>
  readonly onSort: () => void
}) => {
  const isSorted = () => props.sort.key === props.column.key
  const order = () => (props.sort.descending ? "descending" : "ascending")
  return (
    <th scope="col" class={classOf(props.column)} aria-sort={isSorted() ? order() : undefined}>
      <Show when={props.column.sorts !== false} fallback={props.column.label}>
        <button type="button" class="operate-sort" onClick={() => props.onSort()}>
          {props.column.label}
          <span class="operate-sort-mark" aria-hidden="true">
            <Show when={isSorted()}>
              <Icon name={props.sort.descending ? "down" : "up"} small />
            </Show>
          </span>
        </button>
      </Show>
    </th>
  )
}
