/** The contract of the KnownNetworks. */

import { UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { KnownNetworks, knownNetworksMax } from "@hibiki/core/ports/KnownNetworks"
import { Effect } from "effect"
import { type AccountScene, type AccountStores, accountScene } from "./accounts/AccountScene.ts"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Scene extends AccountScene {
  readonly networks: KnownNetworks["Type"]
}

const cases: ReadonlyArray<ContractCase<Scene>> = [
  {
    name: "a network is known once it was noted, to the account alone whose it is, and however often it is noted",
    run: ({ assert, networks, user }) =>
      Effect.gen(function* () {
        const [ann, bob] = [yield* user(), yield* user()]
        assert.strictEqual(yield* networks.isKnown(ann.userId, "home"), false)
        for (let i = 0; i < 3; i++) yield* networks.note(ann.userId, "home")
        assert.deepStrictEqual(
          [
            yield* networks.isKnown(ann.userId, "home"),
            yield* networks.isKnown(ann.userId, "work"),
            yield* networks.isKnown(bob.userId, "home"),
            yield* networks.isKnown(UserId.make(yield* makeUuidV7), "home")
          ],
          [true, false, false, false]
        )
      })
  },
  {
    name: "one more than the bound takes the place of one before",
    run: ({ assert, networks, user }) =>
      Effect.gen(function* () {
        const { userId } = yield* user()
        const marks = Array.from({ length: knownNetworksMax + 1 }, (_, i) => `network ${i}`)
        for (const mark of marks) yield* networks.note(userId, mark)
        const known = yield* Effect.filter(marks, (mark) => networks.isKnown(userId, mark))
        assert.deepStrictEqual([known.length, known.includes(`network ${knownNetworksMax}`)], [knownNetworksMax, true])
      })
  }
]

/** How many tests `knownNetworksContract` runs. */
export const knownNetworksContractSize = cases.length

export const knownNetworksContract = ({
  assert,
  it
}: {
  readonly it: ContractIt<AccountStores | KnownNetworks>
  readonly assert: ContractAssert
}): void =>
  runCases(
    it,
    cases,
    Effect.map(Effect.all([accountScene(assert), KnownNetworks]), ([scene, networks]) => ({ ...scene, networks }))
  )
