import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { UserId } from "../../src/domain/Ids.ts"
import {
  advance,
  aggregate,
  type ConnectedDevice,
  stepsMax,
  stepsSince,
  unknownUser
} from "../../src/inprocess/UserRecord.ts"

const device: fc.Arbitrary<ConnectedDevice> = fc.record({
  kind: fc.constantFrom("browser", "terminal", "bot"),
  state: fc.constantFrom("active", "idle")
})
const change = fc.record({
  devices: fc.array(device, { maxLength: 4 }),
  invisible: fc.boolean(),
  at: fc.nat(10_000_000)
})
const ann = UserId.make("00000000-0000-8000-8000-000000000001")

/** The record after each change. */
const follow = (
  changes: ReadonlyArray<{ devices: ReadonlyArray<ConnectedDevice>; invisible: boolean; at: number }>
) => {
  let record = unknownUser
  return changes.map(({ at, devices, invisible }) => {
    record = advance(record, aggregate(devices, invisible), at)
    return record
  })
}

describe("what others see of a user", () => {
  it("is active with any active device, idle with only idle ones, else offline; and nothing of an invisible one", () =>
    fc.assert(
      fc.property(fc.array(device), fc.boolean(), (devices, invisible) => {
        const { kinds, state } = aggregate(devices, invisible)
        const visible = invisible ? [] : devices
        const expected = visible.some((d) => d.state === "active") ? "active" : visible.length > 0 ? "idle" : "offline"
        assert.strictEqual(state, expected)
        assert.deepStrictEqual(kinds, [...new Set(visible.map((d) => d.kind))].sort())
      })
    ))

  it("does not depend on the order of the devices", () =>
    fc.assert(
      fc.property(fc.array(device), (devices) =>
        assert.deepStrictEqual(aggregate(devices, false), aggregate([...devices].reverse(), false))
      )
    ))

  it("has a since that moves with the state alone and never back, and the same record when nothing is new", () =>
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        let before = unknownUser
        follow(changes).forEach((record, i) => {
          const same = record.shown.state === before.shown.state
          if (same) assert.strictEqual(record.shown.since, before.shown.since)
          else assert.isAtLeast(record.shown.since ?? -1, Math.max(changes[i]?.at ?? 0, before.shown.since ?? 0))
          if (same && record.shown.kinds.join() === before.shown.kinds.join()) assert.strictEqual(record, before)
          before = record
        })
      })
    ))

  it("has steps that alternate, ascend, are bounded, and end with what is shown", () =>
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
        for (const { shown, steps } of follow(changes).slice(-1)) {
          assert.isAtMost(steps.length, stepsMax)
          steps.forEach((step, i) => {
            const last = steps[i - 1]
            if (last !== undefined) assert.isTrue(last.at <= step.at && last.state !== step.state)
          })
          if (steps.length > 0) assert.deepStrictEqual(steps.at(-1), { state: shown.state, at: shown.since ?? -1 })
        }
      })
    ))

  it("tells from any time on how it stood then and what came after", () =>
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.nat(10_000_000), (changes, since) => {
        const record = follow(changes).at(-1) ?? unknownUser
        const told = stepsSince(ann, record, since)
        const after = record.steps.filter(({ at }) => at > since)
        const before = record.steps.filter(({ at }) => at <= since).slice(-1)
        assert.deepStrictEqual(
          told.map(({ at, state }) => ({ state, at })),
          [...before, ...after]
        )
      })
    ))
})
