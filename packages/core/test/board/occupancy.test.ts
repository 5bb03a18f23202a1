import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { occupancies } from "../../src/board/occupancy.ts"
import { UserId } from "../../src/domain/Ids.ts"
import type { PresenceState } from "../../src/domain/Presence.ts"
import type { BoardUpdate } from "../../src/protocol/rpc/PresenceRpcs.ts"

const user = (n: number, state: PresenceState) => ({
  ...{ userId: UserId.make(`00000000-0000-7000-8000-00000000000${n}`), state, kinds: [] }
})
const changes = (at: number, ...users: ReadonlyArray<ReturnType<typeof user>>): BoardUpdate => ({
  ...{ _tag: "Changes", at, users }
})
const snapshot = (at: number, ...users: ReadonlyArray<ReturnType<typeof user>>): BoardUpdate => ({
  ...{ _tag: "Snapshot", at, users, people: [], online: [] }
})

describe("an occupancy", () => {
  it.effect("counts who is online and idle, at first and whenever a number changes", () =>
    Effect.gen(function* () {
      const counted = yield* Stream.runCollect(
        occupancies(
          Stream.make(
            snapshot(1, user(1, "active"), user(2, "idle"), user(3, "offline")),
            changes(2, user(1, "idle")),
            // One comes and another goes: no number changes.
            changes(3, user(2, "offline"), user(3, "idle")),
            changes(4, user(1, "offline")),
            snapshot(5, user(1, "active"))
          )
        )
      )
      assert.deepStrictEqual(
        [...counted],
        [
          { at: 1, online: 2, idle: 1 },
          { at: 2, online: 2, idle: 2 },
          { at: 4, online: 1, idle: 1 },
          { at: 5, online: 1, idle: 0 }
        ]
      )
    })
  )
})
