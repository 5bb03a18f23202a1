import { assert, describe, it } from "@effect/vitest"
import type { LogEvent } from "@hibiki/core/domain/Event"
import { CommandId, UserId } from "@hibiki/core/domain/Ids"
import { MessageRow } from "@hibiki/core/domain/MessageRow"
import { applyChange, compareCodePoints, rowOf } from "@hibiki/core/domain/RowRules"
import { FastCheck, Schema } from "effect"

const uuid = (n: number) => `00000000-0000-7000-8000-${n.toString().padStart(12, "0")}`
const users = [1, 2, 3].map((n) => UserId.make(uuid(n)))
const ann = UserId.make(uuid(1))
const bob = UserId.make(uuid(2))
const base = (seq: number, by = ann) => ({ seq, id: CommandId.make(uuid(100 + seq)), by, at: 1_000 + seq })
const posted: LogEvent = { ...base(1), kind: "posted", text: "a" }

/** Changes of message 1 as a log could hold them: nobody reacts twice, nothing follows a delete. */
const changes = FastCheck.array(
  FastCheck.record({
    kind: FastCheck.constantFrom("edit", "react", "react", "react", "react", "react", "other", "delete"),
    by: FastCheck.nat({ max: 2 }),
    emoji: FastCheck.constantFrom("🍵", "\ufb01")
  }),
  { maxLength: 16, size: "max" }
).map((steps) => {
  const reacted = new Set<string>()
  const events: Array<LogEvent> = []
  for (const { by, emoji, kind } of steps) {
    const own = base(events.length + 2, users[by])
    const key = `${by} ${emoji}`
    if (kind === "edit") events.push({ ...own, kind: "edited", target: 1, text: `edit ${own.seq}` })
    if (kind === "other") events.push({ ...own, kind: "edited", target: 99, text: "elsewhere" })
    if (kind === "react") {
      events.push({ ...own, kind: reacted.has(key) ? "unreacted" : "reacted", target: 1, emoji })
      if (!reacted.delete(key)) reacted.add(key)
    }
    if (kind === "delete") {
      events.push({ ...own, kind: "deleted", target: 1 })
      return events
    }
  }
  return events
})

const shortText = FastCheck.string({ unit: "binary", maxLength: 6 })

const fold = (row: MessageRow, events: ReadonlyArray<LogEvent>, viewer = ann): MessageRow =>
  events.reduce((folded, event) => applyChange(folded, event, viewer), row)
const first = (): MessageRow => {
  const row = rowOf(posted)
  assert.isDefined(row)
  return row
}

describe("rows", () => {
  it("are made by events that stand in a timeline, and by no other", () => {
    assert.deepStrictEqual(rowOf({ ...base(2), kind: "posted", text: "b", replyTo: 1 }), {
      ...base(2),
      rev: 2,
      kind: "posted",
      text: "b",
      replyTo: 1
    })
    assert.deepStrictEqual(rowOf({ ...base(2), kind: "posted", text: "", blanked: true }), {
      ...base(2),
      rev: 2,
      kind: "posted",
      text: "",
      deleted: true
    })
    assert.deepStrictEqual(
      rowOf({
        ...base(1),
        kind: "created",
        conversationKind: "group",
        title: "Tea",
        history: "all",
        members: [ann, bob]
      }),
      {
        ...base(1),
        rev: 1,
        kind: "created",
        conversationKind: "group",
        title: "Tea",
        userIds: [ann, bob]
      }
    )
    assert.deepStrictEqual(rowOf({ ...base(2), kind: "left", userId: bob }), {
      ...base(2),
      rev: 2,
      kind: "left",
      userIds: [bob]
    })
    assert.deepStrictEqual(rowOf({ ...base(2), kind: "roleChanged", userId: bob, role: "admin" }), {
      ...base(2),
      rev: 2,
      kind: "roleChanged",
      userIds: [bob],
      role: "admin"
    })
    assert.strictEqual(rowOf({ ...base(2), kind: "edited", target: 1, text: "b" }), undefined)
    assert.strictEqual(rowOf({ ...base(2), kind: "deleted", target: 1 }), undefined)
    assert.strictEqual(
      rowOf({ ...base(2), kind: "markedUnread", conversationId: uuid(9) as never, upTo: 1 }),
      undefined
    )
  })

  it("are valid for the wire after any changes", () => {
    const isRow = Schema.is(MessageRow)
    FastCheck.assert(FastCheck.property(changes, (events) => assert.isTrue(isRow(fold(first(), events)))))
  })

  it("say what a naive reading of the log says", () => {
    FastCheck.assert(
      FastCheck.property(changes, FastCheck.constantFrom(...users), (events, viewer) => {
        const own = events.filter((event) => "target" in event && event.target === 1)
        const edits = own.filter((event) => event.kind === "edited")
        const emoji = [...new Set(own.flatMap((event) => ("emoji" in event ? [event.emoji] : [])))].sort(
          compareCodePoints
        )
        const reactions = emoji
          .map((one) => {
            const by = users.filter(
              (user) =>
                own.filter((event) => "emoji" in event && event.emoji === one && event.by === user).length % 2 === 1
            )
            return { emoji: one, count: by.length, mine: by.includes(viewer) }
          })
          .filter(({ count }) => count > 0)
        const place = { ...base(1), rev: own.at(-1)?.seq ?? 1, kind: "posted" as const }
        const lastEdit = edits.at(-1)
        const expected: MessageRow = own.some(({ kind }) => kind === "deleted")
          ? { ...place, text: "", deleted: true }
          : {
              ...place,
              text: lastEdit?.kind === "edited" ? lastEdit.text : "a",
              ...(lastEdit === undefined ? {} : { editedAt: lastEdit.at }),
              ...(reactions.length === 0 ? {} : { reactions })
            }
        assert.deepStrictEqual(fold(first(), events, viewer), expected)
      })
    )
  })

  it("are no longer mine when I took my reaction back and others' stay", () => {
    const react = (seq: number, by: UserId) => ({ ...base(seq, by), kind: "reacted" as const, target: 1, emoji: "🍵" })
    const both = fold(first(), [react(2, ann), react(3, bob)])
    assert.deepStrictEqual(both.reactions, [{ emoji: "🍵", count: 2, mine: true }])
    const bobs = fold(both, [{ ...base(4, ann), kind: "unreacted", target: 1, emoji: "🍵" }])
    assert.deepStrictEqual(bobs.reactions, [{ emoji: "🍵", count: 1, mine: false }])
    const mine = fold(both, [{ ...base(4, bob), kind: "unreacted", target: 1, emoji: "🍵" }])
    assert.deepStrictEqual(mine.reactions, [{ emoji: "🍵", count: 1, mine: true }])
  })

  it("take overlapping streams: what is in a row already is not applied again", () => {
    FastCheck.assert(
      FastCheck.property(changes, FastCheck.nat({ max: 12 }), FastCheck.nat({ max: 12 }), (events, until, from) => {
        const page = fold(first(), events.slice(0, until))
        // A page as of `until`, and a stream that begins before it: everything at or below `rev` changes nothing.
        assert.deepStrictEqual(fold(page, events.slice(Math.min(from, until))), fold(first(), events))
        assert.deepStrictEqual(fold(page, [...events.slice(0, until)].reverse()), page)
      })
    )
  })

  it("take each event twice as once", () => {
    FastCheck.assert(
      FastCheck.property(changes, (events) =>
        assert.deepStrictEqual(
          fold(
            first(),
            events.flatMap((event) => [event, event])
          ),
          fold(first(), events)
        )
      )
    )
  })

  it("are the same object when an event is none of their own or is in them already, so that nothing is drawn again", () => {
    const row = fold(first(), [{ ...base(5), kind: "edited", target: 1, text: "b" }])
    for (const event of [
      { ...base(6), kind: "edited", target: 2, text: "c" },
      { ...base(5), kind: "edited", target: 1, text: "c" },
      { ...base(4), kind: "deleted", target: 1 },
      { ...base(7), kind: "posted", text: "c" }
    ] as const) {
      assert.strictEqual(applyChange(row, event, ann), row)
    }
  })

  it("from a log that was blanked since end as deleted rows, with nothing left in them", () => {
    const blanked: LogEvent = { ...base(1), kind: "posted", text: "", blanked: true }
    const row = rowOf(blanked)
    assert.isDefined(row)
    const log: ReadonlyArray<LogEvent> = [
      { ...base(2), kind: "edited", target: 1, text: "", blanked: true },
      { ...base(3, bob), kind: "reacted", target: 1, emoji: "🍵" },
      { ...base(4, bob), kind: "deleted", target: 1 }
    ]
    assert.deepStrictEqual(fold(row, log), { ...base(1), rev: 4, kind: "posted", text: "", deleted: true })
    assert.isUndefined(fold(row, log.slice(0, 1)).editedAt)
  })

  it("order reactions by code points, where UTF-16 units would order otherwise", () => {
    const [ligature, grin] = ["\ufb01", "\u{1f600}"]
    assert.isTrue(grin < ligature)
    assert.isTrue(compareCodePoints(ligature, grin) < 0)
    FastCheck.assert(
      FastCheck.property(shortText, shortText, (a, b) => {
        assert.strictEqual(
          Math.sign(compareCodePoints(a, b)),
          Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))
        )
      })
    )
  })
})
