/** "Conversations": groups and channels by title, or one of any kind by its id. No texts; members only on demand. */
import type { AdminConversation } from "@hibiki/core/domain/Admin"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { isUuid } from "@hibiki/core/domain/TextRules"
import { type Accessor, createMemo, createSignal, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Spinner } from "../../ui/EmptyState.tsx"
import { ConversationDialog } from "./ConversationDialog.tsx"
import { createPages, pageRows } from "./createPages.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { SearchFilter } from "./Filters.tsx"
import { ListFoot } from "./ListFoot.tsx"
import { isOwnerless } from "./ownership.ts"
import { useAdminWords, wordIn } from "./useAdminWords.ts"
import { useFigures, useOperateWords } from "./useOperateWords.ts"
import "./admin.css"

type Row = AdminConversation & { readonly key: string }
type Columns = ReadonlyArray<Column<Row, "title" | "members" | "owners" | "last">>

export const ConversationsScreen = () => {
  const words = useAdminWords()
  const operate = useOperateWords()
  const [typed, setTyped] = createSignal("")
  const [opened, setOpened] = createSignal<string>()
  const pages = createPages(typed, async (chat, text, last: AdminConversation | undefined) => {
    const wanted = text.trim()
    const after = last === undefined ? {} : { after: last.conversationId }
    const answer = await chat.call(
      "admin.conversations",
      isId(wanted) ? { conversationId: wanted } : { prefix: wanted, limit: pageRows, ...after }
    )
    return answer.ok ? { ok: true, rows: answer.value.conversations, more: answer.value.more } : answer
  })
  const conversation = () => pages.rows()?.find(({ conversationId }) => conversationId === opened())
  const rows = createMemo(() => pages.rows()?.map((row) => ({ ...row, key: row.conversationId })))
  const columns = createColumns(setOpened)
  return (
    <div class="operate-list">
      <div class="operate-filters">
        <SearchFilter
          label={words().conversations.search}
          typed={typed()}
          maxLength={Limits.nameMax}
          onChoose={setTyped}
        />
      </div>
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
            caption={words().conversations.caption}
            columns={columns()}
            rows={shown()}
            sort={{ key: "", descending: false }}
            onSort={() => undefined}
            none={words().conversations.none}
          />
        )}
      </Show>
      <ListFoot of={pages} />
      <Show when={conversation()}>
        {(shown) => (
          <ConversationDialog
            conversation={shown()}
            onOwner={(owner) =>
              pages.change((all) =>
                all.map((each) =>
                  each.conversationId === shown().conversationId ? { ...each, owners: [...each.owners, owner] } : each
                )
              )
            }
            onClose={() => setOpened(undefined)}
          />
        )}
      </Show>
    </div>
  )
}

const isId = (text: string): text is ConversationId => isUuid(text)

const createColumns = (onOpen: (id: string) => void): Accessor<Columns> => {
  const app = useApp()
  const words = useAdminWords()
  const figures = useFigures()
  return createMemo<Columns>(() => {
    const { conversations } = words()
    const nameOf = ({ title }: Row) => (title === "" ? conversations.untitled : title)
    return [
      {
        key: "title",
        label: conversations.title,
        sorts: false,
        cell: (row) => (
          <span class="operate-two-lines">
            <button
              type="button"
              class="operate-path"
              aria-label={conversations.open(nameOf(row()))}
              aria-haspopup="dialog"
              onClick={() => onOpen(row().conversationId)}
            >
              {nameOf(row())}
            </button>
            <span class="operate-soft">{wordIn(conversations.kinds, row().kind) ?? row().kind}</span>
          </span>
        )
      },
      {
        key: "members",
        label: conversations.members,
        numeric: true,
        sorts: false,
        cell: (row) => <>{figures().count(row().members)}</>
      },
      {
        key: "owners",
        label: conversations.owners,
        sorts: false,
        cell: (row) => (
          <span class="operate-two-lines">
            <span>
              {row()
                .owners.map(({ displayName }) => displayName)
                .join(conversations.comma)}
            </span>
            <Show when={isOwnerless(row())}>
              <span class="operate-bad">{conversations.ownerless}</span>
            </Show>
          </span>
        )
      },
      {
        key: "last",
        label: conversations.last,
        sorts: false,
        cell: (row) => (
          <time datetime={new Date(row().lastAt).toISOString()} title={app.i18n.full(row().lastAt)}>
            {app.i18n.ago(row().lastAt, app.minute())}
          </time>
        )
      }
    ]
  })
}
