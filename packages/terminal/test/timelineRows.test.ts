import { assert, describe, it } from "@effect/vitest"
import type { FeedView } from "@hibiki/core/client/feed/FeedView"
import { Seq, UserId } from "@hibiki/core/domain/Ids"
import { rowKinds } from "@hibiki/core/domain/RowKinds"
import { timelineRows } from "../src/view/timelineRows.ts"

const [me, other] = [
  UserId.make("0190a000-0000-7000-8000-000000000001"),
  UserId.make("0190a000-0000-7000-8000-000000000002")
]

/** Which of these texts, the last of which the user wrote, are shown as for the user. */
const forMe = (
  texts: ReadonlyArray<string>,
  blocked: ReadonlyArray<UserId> = []
): ReadonlyArray<boolean | undefined> => {
  const entries = texts.map((text, index) => ({
    _tag: "row",
    stale: false,
    changing: false,
    row: {
      seq: Seq.make(index + 1),
      rev: index + 1,
      kind: "posted",
      by: index === texts.length - 1 ? me : other,
      at: 0,
      text
    }
  }))
  const view = { entries, pending: [], failed: [] } as unknown as FeedView
  return timelineRows(view, {
    handle: () => "x",
    me,
    myHandle: "sato",
    blocked: new Set(blocked),
    unreadAfter: undefined
  }).map((row) => (row._tag === "Message" ? row.forMe : undefined))
}

describe("timelineRows", () => {
  it("tells others' messages that mention the user from the rest", () => {
    assert.deepStrictEqual(forMe(["hi @sato", "hi @satoko", "sato", "@sato, I said"]), [true, false, false, false])
  })

  it("but for those of somebody whom the user blocks, which aren't shown", () => {
    assert.deepStrictEqual(forMe(["hi @sato", "me"], [other]), [false, false])
  })

  it("tells each kind of row in another sentence", () => {
    const told = rowKinds.map((kind, index) => {
      const row = {
        seq: Seq.make(index + 1),
        rev: index + 1,
        kind,
        by: me,
        at: 0,
        userIds: [other],
        title: "Tea",
        role: "admin"
      }
      const view = {
        entries: [{ _tag: "row", stale: false, changing: false, row }],
        pending: [],
        failed: []
      } as unknown as FeedView
      const handle = (userId: UserId) => (userId === me ? "ann" : "bob")
      const [shown] = timelineRows(view, { handle, me, myHandle: "ann", blocked: new Set(), unreadAfter: undefined })
      return shown?._tag === "Event" ? shown.text : shown?._tag
    })
    assert.lengthOf(new Set(told), rowKinds.length)
    assert.include(told, "ann added bob")
    assert.include(told, 'ann renamed it to "Tea"')
    assert.include(told, "ann made bob an admin")
  })
})
