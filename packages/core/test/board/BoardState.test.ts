import { assert, describe, it } from "@effect/vitest"
import { BoardState } from "../../src/board/BoardState.ts"
import { UserId } from "../../src/domain/Ids.ts"
import type { PresenceState, UserPresence } from "../../src/domain/Presence.ts"

const [ada, bob, eve] = [1, 2, 3].map((n) => UserId.make(`00000000-0000-7000-8000-00000000000${n}`)) as [
  UserId,
  UserId,
  UserId
]
const person = (userId: UserId, displayName = "x", showsPresence = true) => ({
  userId,
  handle: "x",
  displayName,
  showsPresence
})
const presence = (
  userId: UserId,
  state: PresenceState,
  kinds: UserPresence["kinds"] = [],
  since?: number
): UserPresence => (since === undefined ? { userId, state, kinds } : { userId, state, kinds, since })

const boardOf = (...users: ReadonlyArray<UserId>) => {
  const board = new BoardState()
  board.setPeople(users.map((userId) => person(userId)))
  return board
}

describe("the state of a board", () => {
  it("notes changes of its own people, each once, however often they come", () => {
    const board = boardOf(ada, bob)
    assert.isFalse(board.note([eve]))
    assert.isFalse(board.hasChanges)
    assert.isTrue(board.note([bob, eve, bob]))
    board.note([bob])
    assert.deepStrictEqual(board.takeChanged(), [bob])
    assert.isFalse(board.hasChanges)
    board.note(undefined)
    assert.deepStrictEqual(board.takeChanged(), [ada, bob])
  })

  it("tells only what differs from what was told, in whatever part", () => {
    const board = boardOf(ada, bob)
    board.tellAll([presence(ada, "active", ["browser"], 1), presence(bob, "offline")], 5)
    assert.deepStrictEqual(board.tell([presence(ada, "active", ["browser"], 1), presence(bob, "offline")], 6), [])
    for (const news of [
      presence(ada, "idle", ["browser"], 1),
      presence(ada, "idle", ["browser"], 2),
      presence(ada, "idle", ["terminal"], 2),
      presence(ada, "idle", ["browser", "terminal"], 2),
      presence(ada, "idle", ["browser", "terminal"])
    ]) {
      assert.deepStrictEqual(board.tell([news], 7), [news])
      assert.deepStrictEqual(board.tell([news], 8), [])
    }
    assert.strictEqual(board.readAt, 8)
  })

  it("tells nothing of those who are not on it any more, also when they were noted or read before", () => {
    const board = boardOf(ada, bob)
    board.note([ada, bob])
    assert.isTrue(board.setPeople([person(ada)]))
    assert.deepStrictEqual(board.takeChanged(), [ada])
    assert.deepStrictEqual(board.tell([presence(bob, "active")], 1), [])
  })

  it("knows whether its people are others, or are called otherwise", () => {
    const board = boardOf(ada, bob)
    assert.isFalse(board.setPeople([person(bob), person(ada)]))
    assert.isTrue(board.setPeople([person(bob), person(eve)]))
    assert.isTrue(board.setPeople([person(bob), person(eve, "Eve")]))
    assert.isTrue(board.setPeople([person(bob)]))
    assert.deepStrictEqual(board.shown, [bob])
  })

  it("shows as offline whoever does not show their presence, and tells nothing of them until they do", () => {
    const board = boardOf(ada)
    assert.isTrue(board.setPeople([person(ada), person(bob, "x", false)]))
    assert.deepStrictEqual(board.shown, [ada])
    assert.deepStrictEqual(board.withHidden([presence(ada, "idle")]), [presence(ada, "idle"), presence(bob, "offline")])
    assert.deepStrictEqual(
      board.people.map(({ userId }) => userId),
      [ada, bob]
    )
    assert.isFalse(board.note([bob]))
    board.note(undefined)
    assert.deepStrictEqual(board.takeChanged(), [ada])
    assert.deepStrictEqual(board.tell([presence(bob, "active")], 1), [])
    assert.isTrue(board.setPeople([person(ada), person(bob)]))
  })
})
