/** The contract of the DeviceCursors. */

import { ConversationId, DeviceId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { DeviceCursors } from "@hibiki/core/ports/DeviceCursors"
import { Effect } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Kit {
  readonly assert: ContractAssert
  readonly cursors: DeviceCursors["Type"]
  readonly settled: Effect.Effect<void>
  readonly device: Effect.Effect<DeviceId>
  readonly logs: Effect.Effect<readonly [ConversationId, ConversationId]>
}

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "a cursor is told as it was raised, in the order asked, and 0 when unknown",
    run: ({ assert, cursors, device, logs, settled }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* device, yield* device]
        const [tea, coffee] = yield* logs
        yield* cursors.raise(one, [[tea, 5]])
        yield* settled
        assert.deepStrictEqual(yield* cursors.of(one, [coffee, tea, tea]), [0, 5, 5])
        assert.deepStrictEqual(yield* cursors.of(two, [tea]), [0])
        assert.deepStrictEqual(yield* cursors.of(one, []), [])
      })
  },
  {
    name: "a cursor never goes back, not even within one raise",
    run: ({ assert, cursors, device, logs, settled }) =>
      Effect.gen(function* () {
        const one = yield* device
        const [tea, coffee] = yield* logs
        yield* cursors.raise(one, [
          [tea, 5],
          [coffee, 9],
          [coffee, 8]
        ])
        yield* cursors.raise(one, [[tea, 4]])
        yield* settled
        yield* cursors.raise(one, [
          [tea, 3],
          [coffee, 10]
        ])
        yield* cursors.raise(one, [])
        yield* settled
        assert.deepStrictEqual(yield* cursors.of(one, [tea, coffee]), [5, 10])
      })
  },
  {
    name: "a forgotten device has no cursors, and may begin again",
    run: ({ assert, cursors, device, logs, settled }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* device, yield* device]
        const [tea] = yield* logs
        yield* cursors.raise(one, [[tea, 5]])
        yield* cursors.raise(two, [[tea, 6]])
        yield* settled
        yield* cursors.forget(one)
        assert.deepStrictEqual([yield* cursors.of(one, [tea]), yield* cursors.of(two, [tea])], [[0], [6]])
        yield* cursors.raise(one, [[tea, 2]])
        yield* settled
        assert.deepStrictEqual(yield* cursors.of(one, [tea]), [2])
      })
  }
]

/** How many tests `deviceCursorsContract` runs. */
export const deviceCursorsContractSize = cases.length

export interface DeviceCursorsContractOptions {
  readonly it: ContractIt<DeviceCursors>
  readonly assert: ContractAssert
  /** Completes when raised cursors can be read: a backend that writes behind may need a moment. */
  readonly settled?: Effect.Effect<void>
}

export const deviceCursorsContract = ({ assert, it, settled = Effect.void }: DeviceCursorsContractOptions): void =>
  runCases(
    it,
    cases,
    Effect.map(DeviceCursors, (cursors): Kit => {
      const log = Effect.map(makeUuidV7, (uuid) => ConversationId.make(uuid))
      return {
        assert,
        cursors,
        settled,
        device: Effect.map(makeUuidV7, (uuid) => DeviceId.make(uuid)),
        logs: Effect.all([log, log])
      }
    })
  )
