import { assert, describe, it } from "@effect/vitest"
import { CommandId, ConversationId, DeviceId, UserId } from "../../src/domain/Ids.ts"
import { uuidV7 } from "../../src/domain/Uuid.ts"
import { recordsMax, TraceBuffer } from "../../src/operate/TraceBuffer.ts"

const log = ConversationId.make("00000000-0000-7000-8000-000000000001")
const idOf = (n: number) => CommandId.make(uuidV7(1_000 + n, new Uint8Array(10).fill(n % 251)))
const ids = Array.from({ length: 10_000 }, (_, n) => idOf(n))

const bufferAt = (perSecond: number, seed = 7) => {
  const time = { now: 1_000_000 }
  return { time, buffer: new TraceBuffer({ perSecond, seed, now: () => time.now }) }
}

describe("a buffer of traces", () => {
  it("takes every message while there are few", () => {
    const { buffer, time } = bufferAt(50)
    for (const id of ids.slice(0, 500)) {
      assert.isTrue(buffer.includes(id))
      time.now += 100
    }
  })

  it("takes at most its bound of new ones in a second, and goes on with those that it has", () => {
    const { buffer } = bufferAt(50)
    const taken = ids.filter((id) => buffer.includes(id))
    // The share halves each time that the bound is met, so that a second has the bound a few times at most.
    assert.isAtLeast(taken.length, 50)
    assert.isAtMost(taken.length, 50 * 25)
    for (const id of taken.slice(-50)) assert.isTrue(buffer.includes(id))
  })

  it("chooses the same messages as a busier process does, and by its seed alone", () => {
    const settled = (perSecond: number, seed: number) => {
      const { buffer, time } = bufferAt(perSecond, seed)
      // Some seconds of the same load, until the share has settled.
      for (let second = 0; second < 20; second++) {
        for (const id of ids.slice(0, 2_000))
          buffer.includes(CommandId.make(id.replace(/^.{8}/, `0000${1000 + second}`)))
        time.now += 1_000
      }
      return new Set(ids.slice(2_000).filter((id) => buffer.includes(id)))
    }
    const [few, many, others] = [settled(5, 7), settled(400, 7), settled(400, 8)]
    assert.isAbove(few.size, 0)
    for (const id of [...few].slice(0, 3)) assert.isTrue(many.has(id), "the larger share has what the smaller has")
    assert.notDeepEqual([...many].sort(), [...others].sort())
  })

  it("traces nothing when it is off", () => {
    const { buffer } = bufferAt(0)
    assert.isFalse(buffer.isOn)
    assert.isFalse(ids.some((id) => buffer.includes(id)))
  })

  it("gives the records of a message in order, with their times, and forgets the oldest", () => {
    const { buffer, time } = bufferAt(50)
    const [one, two] = [idOf(1), idOf(2)]
    buffer.add({ id: one, log, station: "received" })
    time.now += 0.25
    buffer.add({ id: one, log, station: "stored", seq: 9 })
    assert.deepStrictEqual(buffer.of(one), [
      { id: one, log, station: "received", at: 1_000_000 },
      { id: one, log, station: "stored", seq: 9, at: 1_000_000.25 }
    ])
    for (let n = 0; n < recordsMax - 1; n++) buffer.add({ id: two, log, station: "sent" })
    assert.deepStrictEqual(
      buffer.of(one).map(({ station }) => station),
      ["stored"]
    )
    assert.lengthOf(buffer.of(two), recordsMax - 1)
  })

  it("records once for each device that it has an awaited event", () => {
    const { buffer } = bufferAt(50)
    const device = (n: number) => DeviceId.make(`00000000-0000-7000-8000-00000000000${n}`)
    const user = UserId.make("00000000-0000-7000-8000-000000000009")
    buffer.await(log, 4, idOf(1))
    buffer.await(log, 4, idOf(1))
    buffer.await(log, 6, idOf(2))
    for (const [upTo, n] of [
      [3, 1],
      [5, 1],
      [5, 1],
      [6, 2]
    ] as const)
      buffer.acknowledge(log, upTo, user, device(n))
    const told = (n: number) => buffer.of(idOf(n)).map(({ deviceId, seq, station }) => [station, seq, deviceId])
    assert.deepStrictEqual(told(1), [
      ["acknowledged", 4, device(1)],
      ["acknowledged", 4, device(2)]
    ])
    assert.deepStrictEqual(told(2), [["acknowledged", 6, device(2)]])
  })
})
