import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { DeviceId, InstanceId, UserId } from "../../../src/domain/Ids.ts"
import { Attendance, type Attendee } from "../../../src/gateway/presence/Attendance.ts"
import { aggregate } from "../../../src/inprocess/UserRecord.ts"
import type { DeviceReport } from "../../../src/ports/Presence.ts"

const id = (n: number) => `00000000-0000-8000-8000-${n.toString(16).padStart(12, "0")}`
const ann = UserId.make(id(1))
const socket = (
  device: number,
  instance: number,
  actedAtMs = 0
): Attendee & { actedAtMs: number; saidIdle: boolean } => ({
  deviceId: DeviceId.make(id(device)),
  instance: InstanceId.make(id(instance)),
  actedAtMs,
  saidIdle: false,
  toldIdle: false
})
const states = (reports: ReadonlyArray<DeviceReport>) =>
  reports.map(({ at, instance, state }) => [Number.parseInt(instance.slice(-4), 16), state, at])

describe("the devices of a user", () => {
  it("are told once, and again when something is new", () => {
    const here = new Attendance(ann)
    here.come(socket(1, 11), "browser")
    assert.deepStrictEqual(states(here.reports(5, false)), [[11, "active", 5]])
    assert.deepStrictEqual(here.reports(6, false), [])
    assert.deepStrictEqual(
      here.reports(7, true).map(({ invisible, state }) => [state, invisible]),
      [["active", true]]
    )
  })

  it("are idle after five minutes without an act, and active with the next", () => {
    const here = new Attendance(ann)
    const laptop = socket(1, 11, 1_000)
    here.come(laptop, "browser")
    here.reports(1_000, false)
    assert.strictEqual(here.dueAtMs(), 301_000)
    assert.deepStrictEqual(here.reports(300_999, false), [])
    assert.deepStrictEqual(states(here.reports(301_000, false)), [[11, "idle", 301_000]])
    assert.isTrue(laptop.toldIdle)
    assert.isUndefined(here.dueAtMs())
    laptop.actedAtMs = 400_000
    assert.deepStrictEqual(states(here.reports(400_000, false)), [[11, "active", 400_000]])
    laptop.saidIdle = true
    assert.deepStrictEqual(states(here.reports(400_001, false)), [[11, "idle", 400_001]])
  })

  it("stay for five seconds from the last sign of life, and go at once on purpose or when they were silent for longer", () => {
    const here = new Attendance(ann)
    const all = [socket(1, 11), socket(2, 12), socket(3, 13)] as const
    for (const attendee of all) here.come(attendee, "browser")
    here.reports(0, false)
    here.leave(all[0], 10_000, false)
    here.leave(all[1], 10_000, true)
    here.leave(all[2], 4_000, false)
    assert.deepStrictEqual(states(here.reports(10_000, false)), [
      [12, "offline", 10_000],
      [13, "offline", 4_000]
    ])
    assert.strictEqual(here.dueAtMs(), 15_000)
    assert.deepStrictEqual(here.reports(14_999, false), [])
    assert.deepStrictEqual(states(here.reports(15_000, false)), [[11, "offline", 10_000]])
  })

  it("that come back within the grace, reloaded or not, are never told as offline before they are told as there", () => {
    const here = new Attendance(ann)
    const first = socket(1, 11)
    here.come(first, "browser")
    here.reports(0, false)
    here.leave(first, 100, false)
    const again = socket(1, 11, 200)
    here.come(again, "browser")
    // Once more: the socket was not here to be told that what was reported is lost.
    assert.deepStrictEqual(states(here.reports(200, false)), [[11, "active", 200]])
    // What is heard late of the socket before means nothing any more.
    here.leave(first, 300, true)
    assert.deepStrictEqual(here.reports(300, false), [])
    here.leave(again, 400, false)
    here.come(socket(1, 12, 500), "browser")
    assert.deepStrictEqual(states(here.reports(500, false)), [
      [12, "active", 500],
      [11, "offline", 400]
    ])
  })

  it("that were never told of leave without a word", () => {
    const here = new Attendance(ann)
    const quick = socket(1, 11)
    here.come(quick, "browser")
    here.leave(quick, 1, true)
    assert.deepStrictEqual(here.reports(1, false), [])
    assert.deepStrictEqual(here.close(2), [])
  })

  it("all end when the actor does", () => {
    const here = new Attendance(ann)
    const [gone, stays] = [socket(1, 11), socket(2, 12)]
    here.come(gone, "browser")
    here.come(stays, "terminal")
    here.reports(0, false)
    here.leave(gone, 50, false)
    assert.deepStrictEqual(states(here.close(60)), [
      [11, "offline", 50],
      [12, "offline", 60]
    ])
    assert.deepStrictEqual(here.reports(100_000, false), [])
  })

  it("as told, one after the other, are always what a user with these sockets looks like", () => {
    const step = fc.record({
      device: fc.integer({ min: 1, max: 3 }),
      instance: fc.integer({ min: 1, max: 3 }),
      what: fc.constantFrom("come", "leave", "bye", "act", "idle", "wait"),
      ms: fc.integer({ min: 0, max: 400_000 })
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const here = new Attendance(ann)
        const open = new Map<string, ReturnType<typeof socket>>()
        const told = new Map<string, DeviceReport>()
        let now = 0
        const tell = () => {
          for (const report of here.reports(now, false)) {
            const key = `${report.deviceId}/${report.instance}`
            if (report.state === "offline") told.delete(key)
            else told.set(key, report)
          }
        }
        for (const { device, instance, ms, what } of steps) {
          // As the actor does: it looks whenever something is due.
          const until = now + (what === "wait" ? ms : ms % 100)
          for (let due = here.dueAtMs(); due !== undefined && due <= until; due = here.dueAtMs()) {
            now = Math.max(now, due)
            tell()
          }
          now = until
          const key = `${id(device)}/${id(10 * device + instance)}`
          const known = open.get(key)
          if (what === "come") {
            const fresh = socket(device, 10 * device + instance, now)
            open.set(key, fresh)
            here.come(fresh, "browser")
          } else if (known !== undefined && what === "act") known.actedAtMs = now
          else if (known !== undefined && what === "idle") known.saidIdle = !known.saidIdle
          else if (known !== undefined && (what === "leave" || what === "bye")) {
            open.delete(key)
            here.leave(known, now, what === "bye")
          }
          tell()
          const expected = [...open.values()].map(
            (s) => ({ kind: "browser", state: s.saidIdle || now - s.actedAtMs >= 300_000 ? "idle" : "active" }) as const
          )
          const shown = aggregate(
            [...told.values()].flatMap(({ kind, state }) => (state === "offline" ? [] : [{ kind, state }])),
            false
          )
          // In the grace a user may look better than its sockets, never worse.
          const rank = { offline: 0, idle: 1, active: 2 } as const
          assert.isAtLeast(rank[shown.state], rank[aggregate(expected, false).state])
        }
        for (const [key, known] of open) {
          open.delete(key)
          here.leave(known, now, false)
        }
        now += 5_000
        tell()
        assert.strictEqual(told.size, 0)
        assert.isUndefined(here.dueAtMs())
      })
    )
  })
})
