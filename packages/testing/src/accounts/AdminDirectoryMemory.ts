/** What administrators see, in memory. */
import { type AdminConversation, ownersListed } from "@hibiki/core/domain/Admin"
import { searchKey } from "@hibiki/core/domain/Handle"
import type { CommandId } from "@hibiki/core/domain/Ids"
import type { MessageRecord } from "@hibiki/core/domain/MessageTrace"
import { compareCodePoints } from "@hibiki/core/domain/RowRules"
import { AdminDirectory } from "@hibiki/core/ports/AdminDirectory"
import { Effect, Layer } from "effect"
import type { MemoryLog } from "../ChatState.ts"
import { AccountsState, devicesOf } from "./AccountsState.ts"

export const AdminDirectoryMemory = Layer.effect(
  AdminDirectory,
  Effect.map(AccountsState, (state) =>
    AdminDirectory.of({
      people: (prefix, afterHandle, limit, now) =>
        Effect.sync(() =>
          [...state.accounts.values()]
            .filter(
              ({ displayName, handle }) =>
                compareCodePoints(handle, afterHandle) > 0 &&
                (handle.startsWith(prefix) || searchKey(displayName).startsWith(prefix))
            )
            .sort(byHandle)
            .slice(0, limit)
            .map(({ admin, createdAt, disabled, displayName, handle, passwordHash, userId }) => ({
              ...{ userId, handle, displayName, createdAt, admin, disabled, bot: passwordHash === undefined },
              devices: devicesOf(state, userId).filter(
                ({ refresh }) =>
                  refresh === undefined || Math.min(refresh.idleExpiresAt, refresh.absoluteExpiresAt) > now
              ).length
            }))
        ),
      conversations: (prefix, after, limit) =>
        Effect.sync(() =>
          [...state.chat.logs.values()]
            .filter(
              ({ id, kind, title }) =>
                (kind === "group" || kind === "channel") &&
                title.toLowerCase().startsWith(prefix.toLowerCase()) &&
                (after === undefined || id > after)
            )
            .sort((a, b) => (a.id < b.id ? -1 : 1))
            .slice(0, limit)
            .flatMap((log) => conversationOf(state, log) ?? [])
        ),
      conversation: (conversationId) => Effect.sync(() => conversationOf(state, state.chat.logs.get(conversationId))),
      message: (messageId) => Effect.sync(() => messageOf(state, messageId)),
      members: (conversationId, afterHandle, limit) =>
        Effect.sync(() =>
          membersOf(state, state.chat.logs.get(conversationId))
            .filter(({ handle }) => compareCodePoints(handle, afterHandle) > 0)
            .slice(0, limit)
        )
    })
  )
)

type State = AccountsState["Type"]

const byHandle = (a: { readonly handle: string }, b: { readonly handle: string }): number =>
  compareCodePoints(a.handle, b.handle)

/** The time of a refusal is that of the log's last event: the memory keeps no other. */
const messageOf = ({ chat }: State, messageId: CommandId): MessageRecord | undefined => {
  const found = [...chat.logs.values()].flatMap(
    ({ decided, events, id, kind, lastAt }): ReadonlyArray<MessageRecord> => {
      const about = { conversationId: id, kind: kind as MessageRecord["kind"] }
      const event = events.find(({ event }) => event.id === messageId)?.event
      if (event !== undefined) return [{ ...about, by: event.by, at: event.at, seq: event.seq }]
      const refusal = decided.get(messageId)
      return refusal === undefined ? [] : [{ ...about, by: refusal.by, at: lastAt, refused: refusal.code }]
    }
  )
  const isPersonal = ({ kind }: MessageRecord) => (kind as string) === "personal"
  return found.find((record) => !isPersonal(record)) ?? found[0]
}

const membersOf = ({ accounts }: State, log: MemoryLog | undefined) =>
  [...(log?.members ?? [])]
    .flatMap(([userId, { role }]) => {
      const account = accounts.get(userId)
      if (account === undefined) return []
      const { disabled, displayName, handle } = account
      return [{ userId, handle, displayName, role, disabled }]
    })
    .sort(byHandle)

const conversationOf = (state: State, log: MemoryLog | undefined): AdminConversation | undefined => {
  if (log === undefined || log.kind === "personal") return undefined
  const owners = membersOf(state, log)
    .filter(({ role }) => role === "owner")
    .slice(0, ownersListed)
    .map(({ role: _role, ...owner }) => owner)
  const { id, kind, lastAt, members, title } = log
  return { conversationId: id, kind, title, members: members.size, lastAt, owners }
}
