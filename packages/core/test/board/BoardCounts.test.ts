import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { countedFrom, onlineCounts } from "../../src/board/Board.ts"
import { UserId } from "../../src/domain/Ids.ts"
import { presenceLimits } from "../../src/domain/Limits.ts"
import type { PresenceState, UserPresence } from "../../src/domain/Presence.ts"
import type { PresenceStep } from "../../src/ports/Presence.ts"

const at = 1_700_000_000_000
const minute = 60_000
const user = (n: number) => UserId.make(`00000000-0000-7000-8000-00000000000${n}`)
const presence = (userId: UserId, state: PresenceState, since?: number): UserPresence => ({
  userId,
  state,
  kinds: [],
  ...(since === undefined ? {} : { since })
})
const ago = (minutes: number) => at - minutes * minute

describe("the counts of a board", () => {
  it("hold one number for each minute of an hour, the newest now", () => {
    assert.deepStrictEqual(onlineCounts([], [], at), new Array(60).fill(0))
    assert.strictEqual(countedFrom(at), ago(59))
    const counts = onlineCounts(
      [presence(user(1), "idle", ago(3))],
      [{ userId: user(1), state: "active", at: ago(10) }],
      at
    )
    assert.deepStrictEqual(counts.slice(0, 49), new Array(49).fill(0))
    assert.deepStrictEqual(counts.slice(49), new Array(11).fill(1))
  })

  it("count somebody from the moment of a change on, to that of the next", () => {
    const steps: ReadonlyArray<PresenceStep> = [
      { userId: user(1), state: "active", at: ago(100) },
      { userId: user(1), state: "offline", at: ago(30) },
      { userId: user(1), state: "active", at: ago(20) - 1 },
      { userId: user(1), state: "offline", at: ago(5) + 1 }
    ]
    const counts = onlineCounts([presence(user(1), "offline", ago(5) + 1)], steps, at)
    const online = counts.flatMap((count, index) => (count === 1 ? [59 - index] : []))
    assert.deepStrictEqual(online, [
      ...Array.from({ length: 29 }, (_, n) => 59 - n),
      ...Array.from({ length: 16 }, (_, n) => 20 - n)
    ])
  })

  it("take what is not known from the state that holds, no further back than it does", () => {
    const counts = onlineCounts(
      [presence(user(1), "active", ago(90)), presence(user(2), "active", ago(2)), presence(user(3), "idle")],
      [],
      at
    )
    assert.deepStrictEqual(counts, [...new Array(57).fill(1), 2, 2, 3])
  })

  it("leave out steps of those who are not on the board", () => {
    const steps: ReadonlyArray<PresenceStep> = [{ userId: user(2), state: "active", at: ago(30) }]
    assert.deepStrictEqual(onlineCounts([presence(user(1), "offline")], steps, at), new Array(60).fill(0))
  })

  it("are what looking at each moment alone would count, whatever happened", () => {
    const state = fc.constantFrom<PresenceState>("active", "idle", "offline")
    const step = fc.record({
      userId: fc.integer({ min: 1, max: 3 }).map(user),
      state,
      at: fc.integer({ min: ago(90), max: at })
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (unsorted) => {
        const steps = [...unsorted].sort((a, b) => a.at - b.at)
        const lastOf = (userId: UserId, moment: number) =>
          steps.findLast((each) => each.userId === userId && each.at <= moment)
        const users = [1, 2, 3].map(user).map((userId) => {
          const last = lastOf(userId, at)
          return presence(userId, last?.state ?? "offline", last?.at)
        })
        const expected = Array.from({ length: presenceLimits.boardMinutes }, (_, index) => {
          const moment = ago(presenceLimits.boardMinutes - 1 - index)
          return users.filter(({ userId }) => (lastOf(userId, moment)?.state ?? "offline") !== "offline").length
        })
        assert.deepStrictEqual(onlineCounts(users, steps, at), expected)
      }),
      { numRuns: 500 }
    )
  })
})
