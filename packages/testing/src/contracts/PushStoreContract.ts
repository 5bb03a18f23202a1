/**
 * The contract of the PushStore: pending push notifications, sentence by sentence. Each case has its own users and
 * conversations, and so its own pending ones.
 */

import type { Command, CommandBody } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId, type DeviceId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { PushStore } from "@hibiki/core/ports/PushStore"
import { Effect } from "effect"
import { type ContractAssert, type ContractIt, runCases } from "./Contract.ts"
import { dueCases, recordCases } from "./push/DueCases.ts"
import { lookCases, unreadCases } from "./push/LookCases.ts"
import { lease, type PushKit, t } from "./push/PushScene.ts"

const cases = [...lookCases, ...unreadCases, ...dueCases, ...recordCases]

/** How many tests `pushStoreContract` runs. */
export const pushStoreContractSize = cases.length

export interface PushStoreContractOptions<R> {
  readonly it: ContractIt<PushStore | EventStore | R>
  readonly assert: ContractAssert
  /** Creates a user and their personal log. */
  readonly makeUser: (handle: string) => Effect.Effect<UserId, unknown, R>
  /** Signs a user in on one more device. */
  readonly makeDevice: (user: UserId) => Effect.Effect<DeviceId, unknown, R>
  readonly revokeDevice: (device: DeviceId) => Effect.Effect<void, unknown, R>
  /** From now on the first blocks the other, or no longer does. */
  readonly block: (user: UserId, blocked: UserId, on?: boolean) => Effect.Effect<unknown, unknown, R>
  /** Sets the store's clock, which stands still otherwise. */
  readonly setClock: (now: number) => Effect.Effect<void, unknown, R>
}

export const pushStoreContract = <R>({
  assert,
  block,
  it,
  makeDevice,
  makeUser,
  revokeDevice,
  setClock
}: PushStoreContractOptions<R>): void =>
  runCases(
    it,
    cases,
    Effect.gen(function* () {
      const [store, events] = [yield* PushStore, yield* EventStore]
      const context = yield* Effect.context<R>()
      const device = (user: UserId) => Effect.provide(makeDevice(user), context)
      const run = appendOne(events)
      const at = (now: number) => Effect.provide(setClock(now), context)
      const lookAt: PushKit["lookAt"] = (log, now) =>
        Effect.zipRight(
          at(now),
          Effect.map(store.look(lease, 10_000), (due) =>
            due.flatMap(({ log: of, ...rest }) => (of === log ? [rest] : []))
          )
        )
      const unreadOf = (log: ConversationId) => store.unread([{ log, after: undefined }], 500)
      const unread: PushKit["unread"] = (log) =>
        Effect.map(unreadOf(log), (found) => found.map(({ seq, userId }) => [userId, seq] as const))
      yield* at(t)
      return {
        assert,
        store,
        at,
        device,
        run,
        lookAt,
        unread,
        person: (name) =>
          Effect.gen(function* () {
            const user = yield* Effect.provide(makeUser(`${name}-${(yield* makeUuidV7).slice(-12)}`), context)
            return { user, device: yield* device(user) }
          }),
        block: (...given) => Effect.provide(block(...given), context),
        revoke: (id) => Effect.provide(revokeDevice(id), context),
        group: (owner, ...others) =>
          Effect.gen(function* () {
            const log = ConversationId.make(yield* makeUuidV7)
            yield* run(owner, log, {
              kind: "create",
              conversationKind: "group",
              title: "tea",
              members: others,
              history: "all"
            })
            return log
          }),
        post: (by, log) => run(by, log, { kind: "post", text: "hello" }),
        read: (by, conversationId, upTo) => run(by, personalLog(by), { kind: "read", conversationId, upTo }),
        owe: (log, now) =>
          at(now).pipe(
            Effect.zipRight(unreadOf(log)),
            Effect.flatMap((found) => store.owe(found.map((one) => ({ ...one, reason: "away" }))))
          ),
        claim: (log, now) =>
          Effect.zipRight(
            at(now),
            Effect.map(store.claim(lease, 10_000), (due) => due.filter((one) => one.log === log))
          ),
        settle: (claimed, outcome, now, afterMs = 0) =>
          Effect.zipRight(at(now), store.settle(claimed.map((one) => ({ claimed: one, outcome, afterMs }))))
      } satisfies PushKit
    }) as Effect.Effect<PushKit, unknown, PushStore | EventStore | R>
  )

/** Appends one command, and returns the seq of its event. */
const appendOne = (events: EventStore["Type"]) => (by: UserId, log: ConversationId, body: CommandBody) =>
  Effect.gen(function* () {
    const command: Command = {
      log,
      id: CommandId.make(yield* makeUuidV7),
      by,
      device: null,
      epoch: events.epoch,
      body
    }
    const { decisions } = yield* events.append([command])
    const [decision] = decisions
    if (decision?._tag !== "Appended") return yield* Effect.die(`not appended: ${JSON.stringify(decision)}`)
    return decision.seq
  })
