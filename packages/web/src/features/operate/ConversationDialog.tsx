/** One conversation: its owners, and its members, who are loaded only on demand. */
import type { AdminConversation, AdminMember } from "@hibiki/core/domain/Admin"
import { A } from "@solidjs/router"
import { type Accessor, createMemo, createSignal, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Dialog } from "../../ui/Dialog.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { Confirm, type Question } from "./Confirm.tsx"
import { createPages, pageRows } from "./createPages.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { ListFoot } from "./ListFoot.tsx"
import { canOwn, isOwnerless } from "./ownership.ts"
import { useAdminWords, wordIn } from "./useAdminWords.ts"

type Owner = AdminConversation["owners"][number]

interface ConversationDialogProps {
  readonly conversation: AdminConversation
  readonly onOwner: (owner: Owner) => void
  readonly onClose: () => void
}

export const ConversationDialog = (props: ConversationDialogProps) => {
  const app = useApp()
  const words = useAdminWords()
  const [question, setQuestion] = createSignal<Question>()
  const [looks, setLooks] = createSignal(false)
  const title = () => (props.conversation.title === "" ? words().conversations.untitled : props.conversation.title)
  const about = () => {
    const { kinds, lastAt } = words().conversations
    const { conversationId, kind, lastAt: at } = props.conversation
    return [wordIn(kinds, kind) ?? kind, lastAt(app.i18n.full(at)), conversationId]
  }
  return (
    <Dialog open title={title()} onClose={() => props.onClose()}>
      <div class="operate-person">
        <p class="operate-soft operate-wraps">{about().join(" · ")}</p>
        <p>
          <A href={`/operate/audit?target=${props.conversation.conversationId}`}>{words().people.entries}</A>
        </p>
        <Show when={props.conversation.kind !== "direct"}>
          <p>
            <A href={`/operate/presence?conversation=${props.conversation.conversationId}`}>
              {words().conversations.presence}
            </A>
          </p>
        </Show>
        <Show when={isOwnerless(props.conversation)}>
          <p role="status">{words().conversations.ownerlessHint}</p>
        </Show>
        <section class="operate-part">
          <Show
            when={looks()}
            fallback={
              <div class="operate-acts">
                <Button onClick={() => setLooks(true)}>{words().conversations.showMembers}</Button>
              </div>
            }
          >
            <Members conversation={props.conversation} onOwner={(owner) => props.onOwner(owner)} ask={setQuestion} />
          </Show>
          <p class="page-note">{words().people.lookNote}</p>
        </section>
      </div>
      <Confirm of={question()} onClose={() => setQuestion(undefined)} />
    </Dialog>
  )
}

interface MembersProps {
  readonly conversation: AdminConversation
  readonly onOwner: (owner: Owner) => void
  readonly ask: (question: Question) => void
}

const Members = (props: MembersProps) => {
  const app = useApp()
  const words = useAdminWords()
  const id = createMemo(() => props.conversation.conversationId)
  const pages = createPages(id, async (chat, conversationId, last: AdminMember | undefined) => {
    const after = last === undefined ? {} : { after: last.handle }
    const answer = await chat.call("admin.members", { conversationId, limit: pageRows, ...after })
    return answer.ok ? { ok: true, rows: answer.value.members, more: answer.value.more } : answer
  })
  const give = ({ disabled, displayName, handle, userId }: AdminMember): Question => ({
    title: words().conversations.giveTitle(displayName),
    text: words().conversations.giveText(displayName),
    label: words().conversations.give,
    run: async (act) => {
      if ((await act.run("admin.giveOwner", { conversationId: id(), userId })) === undefined) return false
      pages.change((all) => all.map((each) => (each.userId === userId ? { ...each, role: "owner" } : each)))
      props.onOwner({ disabled, displayName, handle, userId })
      app.toasts.show({ text: words().conversations.given(displayName) })
      return true
    }
  })
  const rows = createMemo(() => pages.rows()?.map((row) => ({ ...row, key: row.userId })))
  const columns = createColumns(
    () => isOwnerless(props.conversation),
    (member) => props.ask(give(member))
  )
  return (
    <>
      <Show
        when={rows()}
        fallback={
          <Show when={pages.problem() === undefined}>
            <Spinner label={app.i18n.t().kit.loading} />
          </Show>
        }
      >
        {(shown) => (
          <DataTable
            caption={words().conversations.members}
            columns={columns()}
            rows={shown()}
            sort={{ key: "person", descending: false }}
            onSort={() => undefined}
            none={words().people.none}
          />
        )}
      </Show>
      <ListFoot of={pages} />
    </>
  )
}

type Columns = ReadonlyArray<Column<AdminMember & { readonly key: string }, "person" | "role" | "act">>

const createColumns = (ownerless: () => boolean, onGive: (member: AdminMember) => void): Accessor<Columns> => {
  const words = useAdminWords()
  return createMemo<Columns>(() => {
    const { conversations, people } = words()
    const roleOf = ({ disabled, role }: AdminMember) => {
      const name = wordIn(conversations.roles, role) ?? role
      return disabled ? `${name} · ${people.disabled}` : name
    }
    const columns: Columns = [
      {
        key: "person",
        label: people.person,
        sorts: false,
        cell: (row) => (
          <span class="operate-two-lines">
            <span class="operate-wraps">{row().displayName}</span>
            <bdi class="operate-soft">@{row().handle}</bdi>
          </span>
        )
      },
      { key: "role", label: conversations.role, sorts: false, cell: (row) => <>{roleOf(row())}</> }
    ]
    if (!ownerless()) return columns
    return [
      ...columns,
      {
        key: "act",
        label: people.act,
        sorts: false,
        cell: (row) => (
          <Show when={canOwn(row())}>
            <Button label={conversations.giveNamed(row().displayName)} onClick={() => onGive(row())}>
              {conversations.give}
            </Button>
          </Show>
        )
      }
    ]
  })
}
