import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { FastCheck as fc } from "effect"
import {
  afterMinutes,
  afterUpdate,
  type BoardState,
  hourOf,
  linesOf,
  type SortKey,
  totalsOf
} from "../../../src/features/board/boardState.ts"

const id = (n: number) => UserId.make(`01890000-0000-7000-8000-${String(n).padStart(12, "0")}`)
const person = (n: number, displayName: string) => ({ userId: id(n), handle: `p${n}`, displayName })
const user = (n: number, state: UserPresence["state"], since?: number): UserPresence => ({
  userId: id(n),
  state,
  kinds: state === "offline" ? [] : ["browser"],
  ...(since === undefined ? {} : { since })
})
const hour = (...last: ReadonlyArray<number>) => [...Array.from({ length: 60 - last.length }, () => 0), ...last]
const snapshot = (users: ReadonlyArray<UserPresence>, online: ReadonlyArray<number>, at = 1_000) =>
  ({ _tag: "Snapshot", at, people: [person(1, "さくら"), person(2, "Ben"), person(3, "Anna")], users, online }) as const
const changes = (users: ReadonlyArray<UserPresence>, at = 2_000) => ({ _tag: "Changes", at, users }) as const

const known = (state: BoardState | undefined): BoardState => {
  assert.isDefined(state)
  return state ?? assert.fail("no state")
}
const begun = (now = 0) =>
  known(
    afterUpdate(undefined, snapshot([user(1, "active", 5), user(2, "offline", 9), user(3, "idle", 7)], hour(1, 2)), now)
  )

describe("updates", () => {
  it("a change before any snapshot says nothing", () => {
    assert.isUndefined(afterUpdate(undefined, changes([user(1, "active")]), 0))
  })

  it("a change replaces what was known of its users only, and a new snapshot everything", () => {
    const changed = known(afterUpdate(begun(), changes([user(2, "active", 11)]), 10))
    assert.deepStrictEqual(totalsOf(changed), {
      online: 3,
      active: 2,
      idle: 1,
      offline: 0,
      kinds: { browser: 3, terminal: 0, bot: 0 }
    })
    assert.strictEqual(changed.at, 2_000)
    const anew = known(afterUpdate(changed, snapshot([user(1, "offline")], hour()), 20))
    assert.deepStrictEqual([...anew.users.keys()], [id(1)])
  })

  it("a person on two kinds of device counts on each, and once as online", () => {
    const both = known(afterUpdate(begun(), changes([{ ...user(1, "active"), kinds: ["browser", "terminal"] }]), 0))
    assert.deepStrictEqual([totalsOf(both).online, totalsOf(both).kinds], [2, { browser: 2, terminal: 1, bot: 0 }])
  })
})

describe("the hour", () => {
  it("ends with what is so now", () => {
    const { fewest, most, now, points } = hourOf(begun())
    assert.deepStrictEqual([points.length, points.at(-1), now, most, fewest], [61, 2, 2, 2, 0])
  })

  it("moves on by the minutes that passed, with what was so meanwhile", () => {
    const later = afterMinutes(begun(), 3 * 60_000 + 59_999)
    assert.deepStrictEqual(later.history, hour(1, 2, 2, 2, 2))
    assert.strictEqual(afterMinutes(later, 3 * 60_000 + 59_999), later)
    const changed = known(afterUpdate(later, changes([user(2, "active")]), 5 * 60_000))
    assert.deepStrictEqual(changed.history, hour(1, 2, 2, 2, 2, 2, 2), "the minute before the change keeps its count")
    assert.deepStrictEqual(afterMinutes(changed, 6 * 60_000).history.slice(-2), [2, 3])
  })

  it("is as long as it was, however long nobody looked", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10 * 60 * 60_000), { maxLength: 20 }), (times) => {
        let state = begun()
        for (const time of times.sort((a, b) => a - b)) {
          const before = state
          state = afterMinutes(state, time)
          assert.strictEqual(state.history.length, 60)
          assert.isTrue(time - state.historyAt < 60_000 && state.historyAt >= before.historyAt)
        }
      })
    )
  })
})

describe("the lines", () => {
  const compare = new Intl.Collator("ja").compare
  const names = (state: BoardState, key: "state" | "name" | "since", descending = false) =>
    linesOf(state, () => "?", compare, { key, descending }).map((line) => line.name)

  it("stand by state, then by name, and are called by whoever knows them", () => {
    const state = known(afterUpdate(begun(), changes([user(4, "active"), user(3, "active")]), 0))
    assert.deepStrictEqual(names(state, "state"), ["?", "Anna", "さくら", "Ben"])
  })

  it("hold nothing of a name that a new one may not hold", () => {
    const mallory = {
      _tag: "Snapshot",
      at: 1,
      people: [person(1, "Mallory\u202e")],
      users: [user(1, "active")],
      online: []
    } as const
    assert.deepStrictEqual(names(known(afterUpdate(undefined, mallory, 0)), "name"), ["Mallory"])
  })

  it("stand by name or by the newest change, either way, where what nobody knows comes last", () => {
    const state = known(afterUpdate(begun(), changes([user(2, "idle")]), 0))
    assert.deepStrictEqual(names(state, "name"), ["Anna", "Ben", "さくら"])
    assert.deepStrictEqual(names(state, "name", true), ["さくら", "Ben", "Anna"])
    assert.deepStrictEqual(names(state, "since"), ["Anna", "さくら", "Ben"])
  })

  it("have one order for the same people, whichever came first", () => {
    const anyUser = fc.tuple(
      fc.nat(40),
      fc.constantFrom<UserPresence["state"]>("active", "idle", "offline"),
      fc.option(fc.nat(5), { nil: undefined })
    )
    fc.assert(
      fc.property(
        fc.uniqueArray(anyUser, { selector: ([n]) => n, maxLength: 30 }),
        fc.constantFrom<SortKey>("state", "name", "since"),
        fc.boolean(),
        (people, key, descending) => {
          const ids = (order: typeof people) =>
            linesOf(
              known(
                afterUpdate(
                  begun(),
                  snapshot(
                    order.map(([n, state, since]) => user(n, state, since)),
                    hour()
                  ),
                  0
                )
              ),
              () => "same",
              compare,
              { key, descending }
            ).map((line) => line.userId)
          assert.deepStrictEqual(ids(people), ids([...people].reverse()))
        }
      )
    )
  })
})
