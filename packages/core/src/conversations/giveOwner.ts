/**
 * An administrator's act for a conversation whose owners are all disabled. Nothing here checks the caller. The append
 * is no transaction on the accounts, so the audit log has two entries about it.
 */
import { Data, Effect } from "effect"
import type { Command } from "../commands/Command.ts"
import { CommandId, type ConversationId, type UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { makeUuidV7 } from "../domain/Uuid.ts"
import { type Actor, AuditLog, auditAround } from "../ports/AuditLog.ts"
import { Conversations } from "../ports/Conversations.ts"
import { EventStore } from "../ports/EventStore.ts"
import { PersonalHints } from "../ports/PersonalHints.ts"
import { Users } from "../ports/Users.ts"

/**
 * Why nobody became an owner, for a person to read. `no_owner`: there is no disabled owner either, as in a direct
 * conversation.
 */
export class OwnerProblem extends Data.TaggedError("OwnerProblem")<{
  readonly reason: "disabled" | "not_a_member" | "has_owner" | "no_owner" | "try_again"
}> {}

/** How often the command is retried while others hold the log's lock, and after which pause. */
const again = { times: 50, after: "100 millis" } as const

/**
 * Makes a member an owner, by the same rules as for all, in the name of an existing owner. All owners must be disabled.
 */
export const giveOwner = Effect.fn("giveOwner")(function* (by: Actor, log: ConversationId, userId: UserId) {
  const note = { ...by, act: "conversation.giveOwner", targets: { conversation: log, user: userId } } as const
  return yield* auditAround(yield* AuditLog, note, give(log, userId), ({ reason }) => reason)
})

const give = Effect.fnUntraced(function* (log: ConversationId, userId: UserId) {
  const [store, users, hints] = [yield* EventStore, yield* Users, yield* PersonalHints]
  const [account] = yield* users.byIds([userId])
  if (account?.disabled !== false) return yield* new OwnerProblem({ reason: "disabled" })
  const by = yield* disabledOwner(log, userId)
  const body = { kind: "setRole", userId, role: "owner" } as const
  const command: Command = { log, id: CommandId.make(yield* makeUuidV7), by, device: null, epoch: store.epoch, body }
  for (let times = 0; times < again.times; times++) {
    const { changes, decisions } = yield* Effect.catchTag(store.append([command]), "BatchRejected", Effect.die)
    const decision = decisions[0]?._tag
    if (decision === "Appended" || decision === "Repeated") return yield* hints.announce(changes)
    // Refused: its owners changed in the meantime.
    if (decision !== "SetAside") break
    yield* Effect.sleep(again.after)
  }
  return yield* new OwnerProblem({ reason: "try_again" })
})

/** An owner, if all are disabled, as the viewer sees the members. */
const disabledOwner = Effect.fnUntraced(function* (log: ConversationId, viewer: UserId) {
  const [conversations, users] = [yield* Conversations, yield* Users]
  let owner: UserId | undefined
  for (let after = ""; ; ) {
    const page = yield* conversations.members(viewer, log, after, Limits.pageMax)
    if (page === undefined) return yield* new OwnerProblem({ reason: "not_a_member" })
    const owners = yield* users.byIds(page.flatMap(({ role, userId }) => (role === "owner" ? [userId] : [])))
    if (owners.some(({ disabled }) => !disabled)) return yield* new OwnerProblem({ reason: "has_owner" })
    owner ??= owners[0]?.userId
    const last = page.at(-1)
    if (last === undefined) break
    after = last.handle
  }
  return owner ?? (yield* new OwnerProblem({ reason: "no_owner" }))
})
