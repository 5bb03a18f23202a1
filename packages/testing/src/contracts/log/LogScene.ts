/**
 * A scene for one case about logs: fresh users and conversations on the store under test, and short names for actions.
 */

import type { Command, CommandBody } from "@hibiki/core/commands/Command"
import type { Decision } from "@hibiki/core/commands/Decision"
import type { HistoryRule, LogEvent } from "@hibiki/core/domain/Event"
import { CommandId, ConversationId, type Epoch, personalLog, UserId } from "@hibiki/core/domain/Ids"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import { directConversationId, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import type { AppendResult, BatchRejected, EventStore, LogSlice, StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { Effect } from "effect"
import type { ContractAssert } from "../Contract.ts"

export interface SceneOptions {
  readonly store: EventStore["Type"]
  readonly assert: ContractAssert
  /** Creates a user with this handle, and their personal log. */
  readonly makeUser: (handle: string) => Effect.Effect<UserId, unknown>
  /** From now on the first blocks the other, or no longer does. */
  readonly block: (userId: UserId, blocked: UserId, on?: boolean) => Effect.Effect<unknown, unknown>
  /** Sets the store's clock. */
  readonly setClock: (now: number) => Effect.Effect<void>
}

/** The ways in which a command may differ from the plain one. */
export interface CommandOptions {
  readonly id?: CommandId
  readonly epoch?: Epoch
}

export interface ConversationOptions {
  readonly kind?: "group" | "channel"
  readonly title?: string
  readonly history?: HistoryRule
}

type Stored<A> = Effect.Effect<A, BatchRejected | StoreUnavailable>

export interface LogScene extends SceneOptions {
  /** The time that the next append shows; it moves on by 1 with each. */
  readonly clock: { now: number }
  readonly id: Effect.Effect<CommandId>
  readonly conversationId: Effect.Effect<ConversationId>
  /** A user id that nobody has. */
  readonly nobody: Effect.Effect<UserId>
  readonly user: Effect.Effect<UserId, unknown>
  readonly users: <N extends number>(count: N) => Effect.Effect<Tuple<UserId, N>, unknown>
  readonly command: (
    by: UserId,
    log: ConversationId,
    body: CommandBody,
    options?: CommandOptions
  ) => Effect.Effect<Command>
  readonly append: (...commands: ReadonlyArray<Command>) => Stored<AppendResult>
  /** One command alone. */
  readonly does: (by: UserId, log: ConversationId, body: CommandBody, options?: CommandOptions) => Stored<Decision>
  /** One command that must be stored; returns its seq. */
  readonly stores: (by: UserId, log: ConversationId, body: CommandBody, options?: CommandOptions) => Stored<number>
  readonly post: (by: UserId, log: ConversationId, text: string, replyTo?: number) => Stored<number>
  /** One command that must be refused with this code, and must leave its log as it was. */
  readonly refuses: (
    code: RefusalCode,
    by: UserId,
    log: ConversationId,
    body: CommandBody,
    options?: CommandOptions
  ) => Stored<void>
  readonly converse: (
    owner: UserId,
    members: ReadonlyArray<UserId>,
    options?: ConversationOptions
  ) => Stored<ConversationId>
  readonly direct: (by: UserId, peer: UserId) => Stored<ConversationId>
  readonly events: (log: ConversationId) => Stored<ReadonlyArray<LogEvent>>
  readonly head: (log: ConversationId) => Stored<number>
  readonly personalHead: (userId: UserId) => Stored<number>
  /** The new events of the user's personal log above `after`: kind and conversation of each. */
  readonly told: (
    userId: UserId,
    after: number
  ) => Stored<ReadonlyArray<readonly [kind: string, conversationId: string]>>
  readonly slice: (userId: UserId, log: ConversationId, after?: number, limit?: number) => Stored<LogSlice>
  readonly isMember: (userId: UserId, log: ConversationId) => Stored<boolean>
}

type Tuple<T, N extends number, R extends ReadonlyArray<T> = []> = R["length"] extends N
  ? R
  : Tuple<T, N, readonly [...R, T]>

export const makeLogScene = (options: SceneOptions): LogScene => {
  const scene: LogScene = { ...options, ...makers(options), ...actions(options, () => scene), ...views(options) }
  return scene
}

/** A decision's parts that do not depend on the time. */
export const gist = (decision: Decision | undefined): string => {
  if (decision === undefined) return "none"
  if (decision._tag === "Refused") return decision.code
  return decision._tag === "SetAside" ? "SetAside" : `${decision._tag} ${decision.seq}`
}

/** The newest event of the user's personal log, without id and time. */
export const newest = ({ store }: LogScene, userId: UserId, after: number) =>
  Effect.map(store.after(personalLog(userId), after, 10), ({ events }) =>
    events.map(({ at: _at, id: _id, ...rest }) => rest).at(-1)
  )

const makers = ({ makeUser }: SceneOptions) => {
  const user = Effect.flatMap(makeUuidV7, (uuid) => makeUser(`c${uuid.replaceAll("-", "").slice(8)}`))
  return {
    clock: { now: 1_700_000_000_000 },
    id: Effect.map(makeUuidV7, (uuid) => CommandId.make(uuid)),
    conversationId: Effect.map(makeUuidV7, (uuid) => ConversationId.make(uuid)),
    nobody: Effect.map(makeUuidV7, (uuid) => UserId.make(uuid)),
    user,
    // Callers give the length as a number, which no type can follow through a loop.
    users: <N extends number>(count: N) =>
      Effect.map(Effect.all(Array.from({ length: count }, () => user)), (all) => all as unknown as Tuple<UserId, N>)
  }
}

const actions = ({ assert, setClock, store }: SceneOptions, scene: () => LogScene) => {
  const command = (
    by: UserId,
    log: ConversationId,
    body: CommandBody,
    options: CommandOptions = {}
  ): Effect.Effect<Command> =>
    Effect.map(options.id === undefined ? scene().id : Effect.succeed(options.id), (id) => ({
      log,
      id,
      by,
      device: null,
      epoch: options.epoch ?? store.epoch,
      body
    }))
  const append = (...commands: ReadonlyArray<Command>) =>
    Effect.zipRight(
      Effect.suspend(() => setClock(scene().clock.now++)),
      store.append(commands)
    )
  const does = (by: UserId, log: ConversationId, body: CommandBody, options?: CommandOptions) =>
    Effect.flatMap(command(by, log, body, options), (one) =>
      Effect.map(append(one), ({ decisions }): Decision => {
        assert.strictEqual(decisions.length, 1, "one decision per command")
        return decisions[0] ?? { _tag: "SetAside" }
      })
    )
  const stores = (by: UserId, log: ConversationId, body: CommandBody, options?: CommandOptions) =>
    Effect.map(does(by, log, body, options), (decision) => {
      assert.strictEqual(decision._tag, "Appended", `${body.kind}: ${gist(decision)}`)
      return decision._tag === "Appended" ? decision.seq : 0
    })
  return {
    command,
    append,
    does,
    stores,
    post: (by: UserId, log: ConversationId, text: string, replyTo?: number) =>
      stores(by, log, { kind: "post", text, replyTo }),
    refuses: (code: RefusalCode, by: UserId, log: ConversationId, body: CommandBody, options?: CommandOptions) =>
      Effect.gen(function* () {
        const before = yield* store.after(log, 0, 1_000)
        assert.strictEqual(gist(yield* does(by, log, body, options)), code, body.kind)
        assert.deepStrictEqual(yield* store.after(log, 0, 1_000), before, "a refusal leaves no trace in the log")
      }),
    converse: (
      owner: UserId,
      members: ReadonlyArray<UserId>,
      { history = "all", kind = "group", title = "Tea" }: ConversationOptions = {}
    ) =>
      Effect.gen(function* () {
        const log = yield* scene().conversationId
        yield* stores(owner, log, { kind: "create", conversationKind: kind, title, history, members })
        return log
      }),
    direct: (by: UserId, peer: UserId) => {
      const log = directConversationId(by, peer)
      return Effect.as(stores(by, log, { kind: "openDirect", peer }), log)
    }
  }
}

const views = ({ assert, store }: SceneOptions) => {
  const slice = (userId: UserId, log: ConversationId, after = 0, limit = 1_000) =>
    Effect.map(store.slices([{ log, userId, after, limit }]), (slices): LogSlice => {
      assert.strictEqual(slices.length, 1, "one slice per request")
      return slices[0] ?? { log, userId, member: false, first: 0, visibleFrom: 0, head: 0, events: [] }
    })
  const head = (log: ConversationId) => Effect.map(store.after(log, 0, 1), (found) => found.head)
  return {
    slice,
    head,
    personalHead: (userId: UserId) => head(personalLog(userId)),
    events: (log: ConversationId) => Effect.map(store.after(log, 0, 1_000), ({ events }) => events),
    told: (userId: UserId, after: number) =>
      Effect.map(store.after(personalLog(userId), after, 1_000), ({ events }) =>
        events.map((event) => [event.kind, "conversationId" in event ? event.conversationId : ""] as const)
      ),
    isMember: (userId: UserId, log: ConversationId) => Effect.map(slice(userId, log), ({ member }) => member)
  }
}
