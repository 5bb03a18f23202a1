/** What administrators do and see by calls. Everything here is theirs alone: the middleware has checked the caller. */
import { Clock, Context, Data, Effect } from "effect"
import { shownAddress } from "../accounts/AccountNetworks.ts"
import { AccountPolicy } from "../accounts/AccountPolicy.ts"
import { type AccountProblem, AccountsAdmin } from "../accounts/AccountsAdmin.ts"
import { makeSpend } from "../accounts/makeSpend.ts"
import { giveOwner } from "../conversations/giveOwner.ts"
import { auditCsvHead, auditCsvLine } from "../domain/Audit.ts"
import { searchKey } from "../domain/Handle.ts"
import type { ConversationId, DeviceId, UserId } from "../domain/Ids.ts"
import type { NodeAct } from "../domain/NodeAct.ts"
import { AdminDirectory } from "../ports/AdminDirectory.ts"
import { type Actor, AuditLog, type AuditNote, auditAround } from "../ports/AuditLog.ts"
import { Conversations } from "../ports/Conversations.ts"
import { EventStore, type StoreUnavailable } from "../ports/EventStore.ts"
import { NodeActs, type Ordered } from "../ports/NodeActs.ts"
import { PersonalHints } from "../ports/PersonalHints.ts"
import { Users } from "../ports/Users.ts"
import { type AuditQuery, adminPageMax, auditExportMax } from "../protocol/rpc/AdminRpcs.ts"
import type { Identity } from "../protocol/rpc/AuthMiddleware.ts"
import { NotFound, Refused } from "../protocol/rpc/RpcErrors.ts"

export interface Page<A> {
  readonly after?: A | undefined
  readonly limit?: number | undefined
}

export interface ConversationsAsked extends Page<ConversationId> {
  readonly prefix?: string | undefined
  readonly conversationId?: ConversationId | undefined
}

export class AdminConsole extends Effect.Service<AdminConsole>()("@hibiki/core/admin/AdminConsole", {
  effect: Effect.suspend(() =>
    Effect.map(Effect.all([makeLooks, makeActs, makeAudit]), ([looks, acts, audit]) => ({
      people: looks.people,
      conversations: looks.conversations,
      members: looks.members,
      devices: looks.devices,
      signOutDevice: acts.signOutDevice,
      disable: acts.disable,
      enable: acts.enable,
      resetLink: acts.resetLink,
      promote: acts.promote,
      demote: acts.demote,
      giveOwner: acts.giveOwner,
      onNode: acts.onNode,
      auditPage: audit.auditPage,
      auditExport: audit.auditExport
    }))
  )
}) {}

/** Charges a call, and returns the caller as the actor of entries. */
const makeActing = Effect.gen(function* () {
  const [{ limits, logAddresses }, spend] = [yield* AccountPolicy, yield* makeSpend]
  return ({ userId }: Identity, address: string) =>
    Effect.as(spend(limits.adminUser, userId), {
      actor: userId,
      origin: shownAddress(logAddresses, address) ?? ""
    } satisfies Actor)
})

/** Charges a call that has no entry. */
const makeCharge = Effect.map(Effect.all([AccountPolicy, makeSpend]), ([{ limits }, spend]) => ({
  charge: ({ userId }: Identity) => spend(limits.adminUser, userId)
}))

const makeLooks = Effect.gen(function* () {
  const [accounts, directory, audit] = [yield* AccountsAdmin, yield* AdminDirectory, yield* AuditLog]
  const [acting, { charge }] = [yield* makeActing, yield* makeCharge]

  const people = Effect.fn("AdminConsole.people")(function* (
    caller: Identity,
    { after = "", limit = adminPageMax, prefix = "" }: Page<string> & { readonly prefix?: string | undefined }
  ) {
    yield* charge(caller)
    const now = yield* Clock.currentTimeMillis
    const found = yield* directory.people(searchKey(prefix), after, limit + 1, now)
    return { people: found.slice(0, limit), more: found.length > limit }
  })

  const conversations = Effect.fn("AdminConsole.conversations")(function* (
    caller: Identity,
    { after, conversationId, limit = adminPageMax, prefix = "" }: ConversationsAsked
  ) {
    yield* charge(caller)
    if (conversationId !== undefined) {
      const found = yield* directory.conversation(conversationId)
      return { conversations: found === undefined ? [] : [found], more: false }
    }
    const found = yield* directory.conversations(prefix, after, limit + 1)
    return { conversations: found.slice(0, limit), more: found.length > limit }
  })

  /** A look at who is in a conversation has its entry, also where there is no such conversation. */
  const members = Effect.fn("AdminConsole.members")(function* (
    caller: Identity,
    address: string,
    conversationId: ConversationId,
    { after = "", limit = adminPageMax }: Page<string>
  ) {
    const by = yield* acting(caller, address)
    const look = Effect.gen(function* () {
      if ((yield* directory.conversation(conversationId)) === undefined) return yield* new NotFound()
      return yield* directory.members(conversationId, after, limit + 1)
    })
    const note = { ...by, act: "conversation.members", targets: { conversation: conversationId } } as const
    const found = yield* audit.act(note, look, () => "not_found")
    return { members: found.slice(0, limit), more: found.length > limit }
  })

  const devices = Effect.fn("AdminConsole.devices")(function* (caller: Identity, address: string, userId: UserId) {
    const by = yield* acting(caller, address)
    return yield* Effect.catchTag(accounts.devicesOf(by, { userId }), "AccountProblem", () => new NotFound())
  })

  return { people, conversations, members, devices } as const
})

const makeActs = Effect.gen(function* () {
  const [accounts, acting] = [yield* AccountsAdmin, yield* makeActing]
  const [nodes, audit] = [yield* NodeActs, yield* AuditLog]
  const forOwners = Context.make(AuditLog, audit).pipe(
    Context.add(Conversations, yield* Conversations),
    Context.add(EventStore, yield* EventStore),
    Context.add(PersonalHints, yield* PersonalHints),
    Context.add(Users, yield* Users)
  )

  const onAccount =
    <A, More extends ReadonlyArray<unknown>>(
      act: (
        by: Actor,
        whose: { readonly userId: UserId },
        ...more: More
      ) => Effect.Effect<A, AccountProblem | StoreUnavailable>
    ) =>
    (caller: Identity, address: string, userId: UserId, ...more: More) =>
      Effect.flatMap(acting(caller, address), (by) =>
        Effect.catchTag(act(by, { userId }, ...more), "AccountProblem", refusedBy)
      )

  const give = Effect.fn("AdminConsole.giveOwner")(function* (
    caller: Identity,
    address: string,
    conversationId: ConversationId,
    userId: UserId
  ) {
    const by = yield* acting(caller, address)
    yield* Effect.provide(giveOwner(by, conversationId, userId), forOwners).pipe(
      Effect.catchTag("OwnerProblem", refusedBy)
    )
  })

  const onNode = Effect.fn("AdminConsole.onNode")(function* (
    caller: Identity,
    address: string,
    node: string,
    act: NodeAct
  ) {
    const by = yield* acting(caller, address)
    const ordered = Effect.flatMap(nodes.order(node, act), (outcome) =>
      outcome === "done" ? Effect.void : Effect.fail(new ActRefused({ outcome }))
    )
    yield* auditAround(audit, { ...by, ...actNote(node, act) }, ordered, ({ outcome }) => outcome).pipe(
      Effect.catchTag("ActRefused", ({ outcome }) => refusedBy({ reason: outcome }))
    )
  })

  return {
    onNode,
    signOutDevice: onAccount((by, whose, device: DeviceId) => accounts.signOutDevice(by, whose, device)),
    disable: onAccount(accounts.disable),
    enable: onAccount(accounts.enable),
    resetLink: onAccount(accounts.resetLink),
    promote: onAccount((by, whose) => accounts.setAdmin(by, whose, true)),
    demote: onAccount((by, whose) => accounts.setAdmin(by, whose, false)),
    giveOwner: give
  } as const
})

const makeAudit = Effect.gen(function* () {
  const [audit, acting, { charge }] = [yield* AuditLog, yield* makeActing, yield* makeCharge]

  const auditPage = Effect.fn("AdminConsole.audit")(function* (
    caller: Identity,
    {
      before,
      limit = adminPageMax,
      ...filter
    }: AuditQuery & {
      readonly before?: number | undefined
      readonly limit?: number | undefined
    }
  ) {
    yield* charge(caller)
    const found = yield* audit.page(filter, before, limit + 1)
    return { entries: found.slice(0, limit), more: found.length > limit }
  })

  const auditExport = Effect.fn("AdminConsole.auditExport")(function* (
    caller: Identity,
    address: string,
    after: number | undefined
  ) {
    const by = yield* acting(caller, address)
    // Only the first part has an entry: otherwise an export would never reach the end of the log.
    if (after === undefined) yield* audit.append({ ...by, act: "audit.export", targets: {} }, "done")
    const found = yield* audit.after(after ?? 0, auditExportMax)
    const csv = `${after === undefined ? auditCsvHead : ""}${found.map(auditCsvLine).join("")}`
    const last = found.at(-1)
    return last === undefined || found.length < auditExportMax ? { csv } : { csv, next: last.seq }
  })

  return { auditPage, auditExport } as const
})

/** What an act on a process came to, other than done. */
class ActRefused extends Data.TaggedError("ActRefused")<{ readonly outcome: Exclude<Ordered, "done"> }> {}

const actNote = (node: string, act: NodeAct): Pick<AuditNote, "act" | "targets"> => {
  switch (act._tag) {
    case "Drain":
      return { act: "node.drain", targets: { node } }
    case "StopActor":
      return { act: "actor.stop", targets: { node, actor: act.path } }
    case "Disconnect":
      return { act: "socket.disconnect", targets: { node, socket: act.socket } }
  }
}

const missing = ["no_such_user", "no_such_device", "not_found", "gone"]

const refusedBy = ({ reason }: { readonly reason: string }): Effect.Effect<never, NotFound | Refused> =>
  Effect.fail(missing.includes(reason) ? new NotFound() : new Refused({ code: reason }))
