/**
 * A gateway's own entries in the routes: registered before heads are read, withdrawn some time after the last member left.
 * One operation is under way at a time, so a withdrawal never overtakes a registration.
 */
import { Effect } from "effect"
import type { ConversationId, NodeId } from "../domain/Ids.ts"
import { makeBatcher } from "../messages/Batcher.ts"
import { Routes } from "./Routes.ts"

/** Logs in one operation. */
const slice = 500

export const makeInterest = (node: NodeId) =>
  Effect.gen(function* () {
    const routes = yield* Routes
    const lane = yield* Effect.makeSemaphore(1)
    const registered = new Set<ConversationId>()

    const registerAll = (requests: ReadonlyArray<ReadonlyArray<ConversationId>>) =>
      lane.withPermits(1)(
        Effect.gen(function* () {
          const missing = [...new Set(requests.flat())].filter((log) => !registered.has(log))
          for (let from = 0; from < missing.length; from += slice) {
            const logs = missing.slice(from, from + slice)
            yield* routes.register(node, logs)
            for (const log of logs) registered.add(log)
          }
          return requests.map(() => true)
        })
      )
    const registerOne = yield* makeBatcher(slice, registerAll)

    /** Done when every later change of these logs is sent to this node. */
    const register = (logs: ReadonlyArray<ConversationId>) => Effect.asVoid(registerOne(logs))

    const withdrawSlice = (
      logs: Array<ConversationId>,
      isUnused: (log: ConversationId) => boolean,
      forget: (log: ConversationId) => void
    ) =>
      lane.withPermits(1)(
        Effect.suspend(() => {
          const unused = logs.splice(0, slice).filter(isUnused)
          const known = unused.filter((log) => registered.delete(log))
          for (const log of unused) forget(log)
          return known.length === 0 ? Effect.void : routes.withdraw(node, known)
        })
      )

    /** Withdraws those of `logs` that `isUnused` when their turn comes, slice by slice; `forget` is called for each in the turn of that decision. */
    const withdraw = (
      logs: ReadonlyArray<ConversationId>,
      isUnused: (log: ConversationId) => boolean,
      forget: (log: ConversationId) => void
    ) =>
      Effect.suspend(() => {
        const left = [...logs]
        return Effect.whileLoop({ while: () => left.length > 0, body: () => withdrawSlice(left, isUnused, forget), step: () => undefined })
      })

    const isRegistered = (log: ConversationId): boolean => registered.has(log)
    return { register, withdraw, isRegistered } as const
  })

export type Interest = Effect.Effect.Success<ReturnType<typeof makeInterest>>
