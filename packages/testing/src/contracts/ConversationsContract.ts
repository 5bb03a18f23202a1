/** The contract of the Conversations, together with the EventStore that fills them. */

import type { UserId } from "@hibiki/core/domain/Ids"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Effect } from "effect"
import { type ContractAssert, type ContractIt, runCases } from "./Contract.ts"
import { makeLogScene } from "./log/LogScene.ts"
import { memberCases } from "./views/MemberCases.ts"
import { mentionCases } from "./views/MentionCases.ts"
import { othersCases } from "./views/OthersCases.ts"
import { pageCases } from "./views/PageCases.ts"
import { randomCases } from "./views/RandomCases.ts"
import { summaryCases } from "./views/SummaryCases.ts"
import { textCases } from "./views/TextCases.ts"
import { makeViewScene } from "./views/ViewScene.ts"

export interface ConversationsContractOptions<R> {
  /** Its tests must have both ports on one store. */
  readonly it: ContractIt<Conversations | EventStore | R>
  readonly assert: ContractAssert
  /** Creates a user with this handle, no admin, and their personal log. */
  readonly makeUser: (handle: string) => Effect.Effect<UserId, unknown, R>
  /** From now on the user wants to look offline. */
  readonly hide: (userId: UserId) => Effect.Effect<unknown, unknown, R>
  /** From now on the first blocks the other, or no longer does. */
  readonly block: (userId: UserId, blocked: UserId, on?: boolean) => Effect.Effect<unknown, unknown, R>
  /** Sets the store's clock, which stands still otherwise. */
  readonly setClock: (now: number) => Effect.Effect<void, unknown, R>
}

const cases = [
  ...pageCases,
  ...summaryCases,
  ...mentionCases,
  ...memberCases,
  ...othersCases,
  ...textCases,
  ...randomCases
]

/** How many tests `conversationsContract` runs, so that each backend's tests can check that it ran them all. */
export const conversationsContractSize = cases.length

export const conversationsContract = <R>({
  assert,
  block,
  hide,
  it,
  makeUser,
  setClock
}: ConversationsContractOptions<R>): void => {
  const kit = Effect.gen(function* () {
    const context = yield* Effect.context<R>()
    const scene = makeLogScene({
      store: yield* EventStore,
      assert,
      makeUser: (handle) => Effect.provide(makeUser(handle), context),
      block: (...given) => Effect.provide(block(...given), context),
      setClock: (now) => Effect.orDie(Effect.provide(setClock(now), context))
    })
    return makeViewScene(scene, yield* Conversations, (userId) => Effect.provide(hide(userId), context))
  })
  runCases(it, cases, kit)
}
