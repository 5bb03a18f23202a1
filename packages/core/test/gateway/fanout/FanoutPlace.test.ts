import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import type { LogChange } from "../../../src/commands/Decision.ts"
import type { LogEvent } from "../../../src/domain/Event.ts"
import { CommandId, ConversationId, UserId } from "../../../src/domain/Ids.ts"
import { canRead, type Progress, step } from "../../../src/gateway/fanout/FanoutPlace.ts"

const log = ConversationId.make("00000000-0000-8000-8000-000000000001")
const by = UserId.make("00000000-0000-8000-8000-000000000002")
const event = (seq: number): LogEvent => ({
  seq,
  id: CommandId.make(`00000000-0000-7000-8000-${seq.toString(16).padStart(12, "0")}`),
  by,
  at: 1_000,
  kind: "posted",
  text: String(seq)
})
const change = (from: number, to: number): LogChange => ({
  log,
  head: to,
  events: Array.from({ length: to - from + 1 }, (_, i) => event(from + i))
})
const at = (fannedOut: number): Progress => ({ fannedOut, highest: fannedOut, reading: false, heard: false })

describe("a gateway's place in a log", () => {
  it("delivers what follows", () => {
    const next = step(at(4), change(5, 6))
    assert.deepStrictEqual(next, { _tag: "Deliver", events: [event(5), event(6)] })
  })

  it("reads what lies between when an envelope was missed, and delivers nothing across the gap", () => {
    const place = at(4)
    assert.deepStrictEqual(step(place, change(6, 7)), { _tag: "Read" })
    assert.strictEqual(place.highest, 7)
  })

  it("reads when only a head was told", () => {
    assert.deepStrictEqual(step(at(4), { log, head: 5, events: [] }), { _tag: "Read" })
  })

  it("drops what is old, and the old part of what overlaps", () => {
    assert.deepStrictEqual(step(at(4), change(2, 4)), { _tag: "Nothing" })
    assert.deepStrictEqual(step(at(4), change(3, 6)), { _tag: "Deliver", events: [event(5), event(6)] })
  })

  it("only notes what comes while a range is being read, or before the head is known", () => {
    const reading: Progress = { fannedOut: 4, highest: 6, reading: true, heard: false }
    assert.deepStrictEqual(step(reading, change(5, 9)), { _tag: "Nothing" })
    assert.strictEqual(reading.highest, 9)
    const opening: Progress = { fannedOut: -1, highest: 0, reading: false, heard: false }
    assert.deepStrictEqual(step(opening, change(1, 3)), { _tag: "Nothing" })
    assert.strictEqual(opening.highest, 3)
  })

  it("jumps over what was cut away or is too much", () => {
    assert.isTrue(canRead(at(4), 5, 10, 1_000))
    assert.isFalse(canRead(at(4), 6, 10, 1_000))
    assert.isFalse(canRead(at(4), 1, 1_005, 1_000))
  })

  it("gives every event once and in order, whatever is lost, doubled or reordered on the way", () => {
    const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 5 })), { maxLength: 60 })
    fc.assert(
      fc.property(runs, (envelopes) => {
        const place = at(0)
        const given: Array<number> = []
        const take = (events: ReadonlyArray<LogEvent>) => {
          for (const e of events) given.push(e.seq)
          place.fannedOut = events[events.length - 1]?.seq ?? place.fannedOut
        }
        for (const [from, more] of envelopes) {
          const next = step(place, change(from, from + more))
          if (next._tag === "Deliver") take(next.events)
          else if (next._tag === "Read") take(change(place.fannedOut + 1, place.highest).events)
        }
        assert.deepStrictEqual(
          given,
          Array.from({ length: place.fannedOut }, (_, i) => i + 1)
        )
        assert.strictEqual(place.fannedOut, place.highest)
      }),
      { numRuns: 2_000 }
    )
  })
})
