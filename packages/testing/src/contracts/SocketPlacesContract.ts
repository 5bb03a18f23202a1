/** The contract of the SocketPlaces, for a healthy backend: it may lose any of them. */

import { DeviceId, InstanceId, NodeId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { type SocketPlace, SocketPlaces } from "@hibiki/core/ports/SocketPlaces"
import { Effect, type Scope } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Gateway {
  readonly node: NodeId
  /** Keys of its displaced sockets, in the order of the notices. */
  readonly displaced: Effect.Effect<ReadonlyArray<string>, unknown>
}

interface Kit {
  readonly assert: ContractAssert
  readonly places: SocketPlaces["Type"]
  readonly gateway: Effect.Effect<Gateway, never, Scope.Scope>
  /** One instance of one device. Returns its socket at a gateway. */
  readonly instance: Effect.Effect<(gateway: Gateway, key: string) => SocketPlace>
}

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "a socket whose instance comes to another gateway is told to its own, and the newer one to nobody",
    run: ({ assert, gateway, instance, places }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* gateway, yield* gateway]
        const [phone, laptop] = [yield* instance, yield* instance]
        places.take(phone(one, "s1"))
        places.take(laptop(one, "s2"))
        places.take(phone(two, "s1"))
        assert.deepStrictEqual([yield* one.displaced, yield* two.displaced], [["s1"], []])
        places.take(phone(one, "s3"))
        assert.deepStrictEqual([yield* one.displaced, yield* two.displaced], [["s1"], ["s1"]])
      })
  },
  {
    name: "a socket that comes again to the same gateway is that gateway's own matter",
    run: ({ assert, gateway, instance, places }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* gateway, yield* gateway]
        const phone = yield* instance
        places.take(phone(one, "s1"))
        places.take(phone(one, "s2"))
        assert.deepStrictEqual(yield* one.displaced, [])
        places.take(phone(two, "s1"))
        assert.deepStrictEqual(yield* one.displaced, ["s2"])
      })
  },
  {
    name: "a socket that has ended displaces nothing and is not displaced, and the end of an older one leaves the newer noted",
    run: ({ assert, gateway, instance, places }) =>
      Effect.gen(function* () {
        const [one, two] = [yield* gateway, yield* gateway]
        const [phone, laptop] = [yield* instance, yield* instance]
        places.take(phone(one, "s1"))
        places.leave(phone(one, "s1"))
        places.take(phone(two, "s2"))
        assert.deepStrictEqual(yield* one.displaced, [])
        places.take(laptop(one, "s3"))
        places.take(laptop(two, "s4"))
        places.leave(laptop(one, "s3"))
        places.take(laptop(one, "s5"))
        assert.deepStrictEqual([yield* one.displaced, yield* two.displaced], [["s3"], ["s4"]])
      })
  }
]

/** How many tests `socketPlacesContract` runs. */
export const socketPlacesContractSize = cases.length

export interface SocketPlacesContractOptions<R> {
  readonly it: ContractIt<SocketPlaces | R>
  readonly assert: ContractAssert
  /** Completes when gateways have received the notices of everything that was taken before. */
  readonly told?: Effect.Effect<void, unknown, R>
}

export const socketPlacesContract = <R = never>({
  assert,
  it,
  told = Effect.void
}: SocketPlacesContractOptions<R>): void =>
  runCases(
    it,
    cases,
    Effect.zipWith(
      SocketPlaces,
      Effect.context<R>(),
      (places, context): Kit => ({
        assert,
        places,
        gateway: Effect.gen(function* () {
          const node = NodeId.make(yield* makeUuidV7)
          const keys: Array<string> = []
          yield* places.listen(node, (key) => void keys.push(key))
          return { node, displaced: Effect.map(Effect.provide(told, context), () => [...keys]) }
        }),
        instance: Effect.gen(function* () {
          const [device, instance] = [DeviceId.make(yield* makeUuidV7), InstanceId.make(yield* makeUuidV7)]
          return ({ node }: Gateway, key: string): SocketPlace => ({ device, instance, node, key })
        })
      })
    )
  )
