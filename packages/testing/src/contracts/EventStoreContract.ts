/** The contract of the EventStore: the duties of every backend, sentence by sentence. */

import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Context, Effect, type Scope } from "effect"
import { type ContractAssert, type ContractIt, runCases } from "./Contract.ts"
import { banCases } from "./log/BanCases.ts"
import { batchCases } from "./log/BatchCases.ts"
import { blockedCases } from "./log/BlockedCases.ts"
import { blockedMemberCases } from "./log/BlockedMemberCases.ts"
import { creationCases } from "./log/CreationCases.ts"
import { cursorCases } from "./log/CursorCases.ts"
import { epochCases } from "./log/EpochCases.ts"
import { flagCases } from "./log/FlagCases.ts"
import { makeLogScene } from "./log/LogScene.ts"
import { membershipCases } from "./log/MembershipCases.ts"
import { messageCases } from "./log/MessageCases.ts"
import { orderCases } from "./log/OrderCases.ts"
import { repeatCases } from "./log/RepeatCases.ts"
import { rulesCases } from "./log/RulesCases.ts"
import { setAsideCases } from "./log/SetAsideCases.ts"
import { sliceCases } from "./log/SliceCases.ts"
import { strangerCases } from "./log/StrangerCases.ts"
import { withdrawCases } from "./log/WithdrawCases.ts"

export interface EventStoreContractOptions<R> {
  /** Its tests must have the store: `layer(Backend)("...", (it) => eventStoreContract({ it, ... }))`. */
  readonly it: ContractIt<EventStore | R>
  readonly assert: ContractAssert
  /** Creates a user and their personal log. */
  readonly makeUser: (handle: string) => Effect.Effect<UserId, unknown, R>
  /** From now on the first blocks the other, or no longer does. */
  readonly block: (userId: UserId, blocked: UserId, on?: boolean) => Effect.Effect<unknown, unknown, R>
  /** Sets the store's clock, which stands still otherwise. */
  readonly setClock: (now: number) => Effect.Effect<void, unknown, R>
}

const cases = [
  ...orderCases,
  ...repeatCases,
  ...epochCases,
  ...withdrawCases,
  ...strangerCases,
  ...messageCases,
  ...blockedCases,
  ...blockedMemberCases,
  ...creationCases,
  ...membershipCases,
  ...banCases,
  ...rulesCases,
  ...cursorCases,
  ...flagCases,
  ...sliceCases,
  ...batchCases
]

/** How many tests `eventStoreContract` runs, so that each backend's tests can check that it ran them all. */
export const eventStoreContractSize = cases.length

export const eventStoreContract = <R>({
  assert,
  block,
  it,
  makeUser,
  setClock
}: EventStoreContractOptions<R>): void => {
  runCases(it, cases, sceneOf({ assert, block, makeUser, setClock }))
}

export interface SetAsideContractOptions<R> extends EventStoreContractOptions<R> {
  /** Locks a log as another process would, until the scope closes. */
  readonly hold: (log: ConversationId) => Effect.Effect<void, unknown, R | Scope.Scope>
}

/** How many tests `setAsideContract` runs. */
export const setAsideContractSize = setAsideCases.length

/** For backends on which a log can be locked from outside. With only one connection nothing is ever deferred. */
export const setAsideContract = <R>({
  assert,
  block,
  hold,
  it,
  makeUser,
  setClock
}: SetAsideContractOptions<R>): void => {
  const kit = Effect.gen(function* () {
    const context = yield* Effect.context<R | EventStore>()
    const scene = yield* sceneOf({ assert, block, makeUser, setClock })
    const inScope = (scope: Context.Context<Scope.Scope>) => Context.merge(context, scope)
    return { ...scene, hold: (log: ConversationId) => Effect.mapInputContext(hold(log), inScope) }
  })
  runCases(it, setAsideCases, kit)
}

const sceneOf = <R>({ assert, block, makeUser, setClock }: Omit<EventStoreContractOptions<R>, "it">) =>
  Effect.gen(function* () {
    const context = yield* Effect.context<R>()
    const store = yield* EventStore
    return makeLogScene({
      ...{ store, assert },
      makeUser: (handle) => Effect.provide(makeUser(handle), context),
      block: (...given) => Effect.provide(block(...given), context),
      setClock: (now) => Effect.orDie(Effect.provide(setClock(now), context))
    })
  })
