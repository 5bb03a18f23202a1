/** The history of presence outlives the process. */
import { assert, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { PresenceCounts } from "@hibiki/core/ports/PresenceCounts"
import { Effect } from "effect"
import { embeddedStores } from "../../src/roles/embeddedStores.ts"
import { databaseFolder } from "../pglite/pgliteKit.ts"

it.scopedLive(
  "counts of presence are there after a restart",
  () =>
    Effect.gen(function* () {
      const folder = yield* databaseFolder
      const conversationId = ConversationId.make(yield* makeUuidV7)
      const range = { from: 0, until: 3_600_000, everyMs: 300_000 }
      const run = <A, E>(use: (counts: PresenceCounts["Type"]) => Effect.Effect<A, E>) =>
        Effect.scoped(
          Effect.provide(Effect.flatMap(PresenceCounts, use), embeddedStores({ folder, onStep: () => Effect.void }))
        )
      yield* run((counts) =>
        counts.store({
          at: 300_000,
          everybody: { online: 9, active: 4 },
          conversations: [{ conversationId, online: 3, active: 1 }],
          isComplete: true
        })
      )
      const [all, one] = yield* run((counts) =>
        Effect.all([counts.points(undefined, range), counts.points(conversationId, range)])
      )
      assert.deepStrictEqual(
        [all, one],
        [[{ at: 300_000, online: 9, active: 4 }], [{ at: 300_000, online: 3, active: 1 }]]
      )
    }),
  60_000
)
