/** "People": the accounts of this server, by handle. A press on a name opens the account. */
import type { AdminPerson } from "@hibiki/core/domain/Admin"
import { Limits } from "@hibiki/core/domain/Limits"
import { type Accessor, createMemo, createSignal, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Spinner } from "../../ui/EmptyState.tsx"
import { InviteSettings } from "../settings/InviteSettings.tsx"
import { createPages, pageRows } from "./createPages.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { SearchFilter } from "./Filters.tsx"
import { ListFoot } from "./ListFoot.tsx"
import { PersonDialog, roleOf } from "./PersonDialog.tsx"
import { useAdminWords } from "./useAdminWords.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"
import "./admin.css"

type Row = AdminPerson & { readonly key: string }
type Columns = ReadonlyArray<Column<Row, "person" | "role" | "state" | "devices" | "since">>

export const PeopleScreen = () => {
  const words = useAdminWords()
  const operate = useOperateWords()
  const [prefix, setPrefix] = createSignal("")
  const [opened, setOpened] = createSignal<string>()
  const people = createPages(prefix, async (chat, wanted, last: AdminPerson | undefined) => {
    const after = last === undefined ? {} : { after: last.handle }
    const answer = await chat.call("admin.people", { prefix: wanted, limit: pageRows, ...after })
    return answer.ok ? { ok: true, rows: answer.value.people, more: answer.value.more } : answer
  })
  const person = () => people.rows()?.find(({ userId }) => userId === opened())
  const rows = createMemo(() => people.rows()?.map((row) => ({ ...row, key: row.userId })))
  const columns = createColumns(setOpened)
  return (
    <div class="operate-list">
      <div class="operate-filters">
        <SearchFilter label={words().people.search} typed={prefix()} maxLength={Limits.nameMax} onChoose={setPrefix} />
      </div>
      <Show
        when={rows()}
        fallback={
          <Show when={people.problem() === undefined}>
            <Spinner label={operate().waiting} />
          </Show>
        }
      >
        {(shown) => (
          <DataTable
            caption={words().people.caption}
            columns={columns()}
            rows={shown()}
            sort={{ key: "person", descending: false }}
            onSort={() => undefined}
            none={words().people.none}
          />
        )}
      </Show>
      <ListFoot of={people} />
      <section class="operate-invites" aria-labelledby="operate-invites">
        <h2 id="operate-invites">{words().people.invites}</h2>
        <InviteSettings />
      </section>
      <Show when={person()}>
        {(shown) => (
          <PersonDialog
            person={shown()}
            onChange={(to) =>
              people.change((all) => all.map((each) => (each.userId === shown().userId ? { ...each, ...to } : each)))
            }
            onClose={() => setOpened(undefined)}
          />
        )}
      </Show>
    </div>
  )
}

const createColumns = (onOpen: (userId: string) => void): Accessor<Columns> => {
  const app = useApp()
  const words = useAdminWords()
  const figures = useFigures()
  return createMemo<Columns>(() => {
    const { people } = words()
    return [
      {
        key: "person",
        label: people.person,
        sorts: false,
        cell: (row) => (
          <span class="operate-two-lines">
            <button
              type="button"
              class="operate-path"
              aria-label={people.open(row().displayName)}
              aria-haspopup="dialog"
              onClick={() => onOpen(row().userId)}
            >
              {row().displayName}
            </button>
            <bdi class="operate-soft">@{row().handle}</bdi>
          </span>
        )
      },
      { key: "role", label: people.role, sorts: false, cell: (row) => <>{people.roles[roleOf(row())]}</> },
      {
        key: "state",
        label: people.state,
        sorts: false,
        cell: (row) => (
          <span classList={{ "operate-bad": row().disabled }}>{row().disabled ? people.disabled : people.enabled}</span>
        )
      },
      {
        key: "devices",
        label: people.devices,
        numeric: true,
        sorts: false,
        cell: (row) => <>{figures().count(row().devices)}</>
      },
      {
        key: "since",
        label: people.since,
        sorts: false,
        cell: (row) => (
          <time datetime={new Date(row().createdAt).toISOString()} title={app.i18n.full(row().createdAt)}>
            {app.i18n.ago(row().createdAt, app.minute())}
          </time>
        )
      }
    ]
  })
}
