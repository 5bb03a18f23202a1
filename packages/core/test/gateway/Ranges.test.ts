import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import type { GatewaySettings } from "../../src/gateway/GatewaySettings.ts"
import { fill, run } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest, until } from "../world/waiting.ts"

/** A live device in a log of so many posts, and what its ranges cost the store: the events of each answer. */
const stage = (posts: number, length: number, settings: Partial<GatewaySettings> = {}) =>
  Effect.gen(function* () {
    const read: Array<number> = []
    const meanwhile = { run: () => {} }
    const { ann, bob, log, world } = yield* pair({
      settings,
      store: (own) => ({
        slices: (requests) =>
          Effect.tap(own.slices(requests), (slices) =>
            Effect.sync(() => {
              read.push(...slices.map(({ events }) => events.length))
              meanwhile.run()
            })
          )
      })
    })
    yield* world.provide(fill(ann, log, posts, length))
    const device = yield* world.connect(bob)
    yield* device.op("live")
    read.length = 0
    const ask = (first: number, last: number) =>
      device.send({ op: "range", conversationId: log, from: first, to: last })
    const answered = (last: number) => until(`told of ${last}`, () => device.seqs(log).at(-1) === last)
    return { ann, answered, ask, bob, device, log, meanwhile, read, world } as const
  })

const seqRun = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)
const sum = (counts: ReadonlyArray<number>) => counts.reduce((all, count) => all + count, 0)

describe("a range", () => {
  it.scoped("of long texts is read about as far as it is sent", () =>
    Effect.gen(function* () {
      const { ask, device, log, read, world } = yield* stage(1_000, 4_000)
      ask(1, 1_000)
      yield* device.op("events")
      yield* world.settled
      const seqs = device.seqs(log)
      assert.deepStrictEqual(seqs, seqRun(1, seqs.length))
      assert.isAbove(seqs.length, 55)
      assert.isBelow(sum(read), seqs.length + 10)
      // The rest, from where it ends.
      ask(seqs.length + 1, 1_000)
      yield* until("there is more", () => device.seqs(log).length > seqs.length + 55)
      yield* world.settled
      assert.deepStrictEqual(device.seqs(log), seqRun(1, device.seqs(log).length))
    })
  )

  it.scoped("of short texts is answered whole, and no more of one question than of one step", () =>
    Effect.gen(function* () {
      const { answered, ask, device, log, read } = yield* stage(1_200, 10)
      ask(101, 1_201)
      yield* answered(1_100)
      assert.deepStrictEqual(device.seqs(log), seqRun(101, 1_100))
      assert.isAtMost(Math.max(...read), 256)
      assert.strictEqual(sum(read), 1_000)
    })
  )

  it.scoped("that has begun is answered to its end, also when others fill the socket meanwhile", () =>
    Effect.gen(function* () {
      const { answered, ask, device, log, meanwhile, read } = yield* stage(1_200, 10)
      // As when much that is live goes out while the next part is read.
      meanwhile.run = () => {
        if (read.length === 2) device.state.buffered = 300_000
      }
      ask(101, 900)
      yield* answered(900)
      assert.deepStrictEqual(device.seqs(log), seqRun(101, 900))
      assert.isAbove(read.length, 2)
      assert.isFalse(device.frames.some(({ op }) => op === "busy"))
    })
  )

  it.scoped("for which there is no room now is answered busy, as what it is", () =>
    Effect.gen(function* () {
      const { answered, ask, device, log, read } = yield* stage(40, 10)
      device.state.buffered = 300_000
      ask(1, 9)
      const busy = yield* device.op("busy")
      assert.deepStrictEqual([busy.conversationId, busy.code, busy.of, read], [log, "busy", "range", []])
      device.state.buffered = 0
      ask(1, 9)
      yield* answered(9)
    })
  )

  it.scoped("is read for one user only so often, by whichever of its sockets, and again when it was told", () =>
    Effect.gen(function* () {
      const { ann, ask, bob, device, log, read, world } = yield* stage(40, 10, {
        ranges: { ratePerSecond: 2, burst: 3 }
      })
      const [second, other] = [yield* world.connect(bob), yield* world.connect(ann)]
      for (const each of [second, other]) yield* each.op("live")
      ask(1, 2)
      ask(3, 4)
      yield* until("two are answered", () => device.seqs(log).at(-1) === 4)
      const askSecond = (seq: number) => second.send({ op: "range", conversationId: log, from: seq, to: seq })
      askSecond(5)
      askSecond(6)
      yield* until(
        "both are answered",
        () => second.seqs(log).includes(6) || second.frames.some(({ op }) => op === "busy")
      )
      assert.deepStrictEqual([second.seqs(log), read], [[5], [2, 2, 1]])
      const busy = yield* second.op("busy")
      assert.deepStrictEqual(busy, {
        op: "busy",
        conversationId: log,
        code: "rate_limited",
        retryAfterMs: 500,
        of: "range"
      })
      // Another's are its own.
      other.send({ op: "range", conversationId: log, from: 7, to: 7 })
      yield* other.reachSeq(log, 7)
      yield* TestClock.adjust(busy.retryAfterMs)
      askSecond(6)
      yield* second.reachSeq(log, 6)
    })
  )

  it.scoped("is charged by what it brings, and owed where that was more than there is", () =>
    Effect.gen(function* () {
      const { ask, device, log } = yield* stage(40, 4_000, { rangeKilobytes: { ratePerSecond: 1, burst: 20 } })
      ask(2, 41)
      yield* device.reachSeq(log, 41)
      ask(2, 2)
      const busy = yield* device.op("busy")
      assert.deepStrictEqual([busy.code, busy.of], ["rate_limited", "range"])
      // At most a burst is owed, and one KB must be there.
      assert.strictEqual(busy.retryAfterMs, 21_000)
    })
  )

  it.scoped("is read after those that other sockets of the same person asked for, and never together with them", () =>
    Effect.gen(function* () {
      const asked: Array<ReadonlyArray<string>> = []
      const open = yield* Effect.makeLatch(true)
      const { ann, bob, log, world } = yield* pair({
        store: (own) => ({
          slices: (requests) => {
            asked.push(requests.map(({ userId }) => userId))
            return open.whenOpen(own.slices(requests))
          }
        })
      })
      yield* world.provide(fill(ann, log, 10, 10))
      const devices = yield* Effect.forEach([bob, bob, bob, ann, ann], (who) => world.connect(who))
      for (const each of devices) yield* each.op("live")
      asked.length = 0
      yield* open.close
      for (const each of devices) each.send({ op: "range", conversationId: log, from: 1, to: 5 })
      yield* until("the first is asked", () => asked.length > 0)
      for (let n = 0; n < 50; n++) yield* Effect.yieldNow()
      yield* open.open
      for (const each of devices) yield* each.reachSeq(log, 5)
      assert.strictEqual(asked.flat().length, devices.length)
      for (const people of asked) assert.strictEqual(new Set(people).size, people.length)
    })
  )

  it.scoped("is owed also by a socket that is caught up, which waits until it is paid", () =>
    Effect.gen(function* () {
      const { ask, bob, device, log, world } = yield* stage(40, 4_000, {
        rangeKilobytes: { ratePerSecond: 1, burst: 20 }
      })
      ask(2, 41)
      yield* device.reachSeq(log, 41)
      const { epoch } = yield* device.op("welcome")
      const back = yield* world.connect(bob, { cursors: [[log, 36]], epoch })
      yield* world.settled
      assert.deepStrictEqual(back.seqs(log), [])
      yield* TestClock.adjust("20 seconds")
      yield* back.reachSeq(log, 41)
      yield* back.op("live")
    })
  )

  it.scoped("is charged by its bytes, which are three of a character of most scripts", () =>
    Effect.gen(function* () {
      const { ann, ask, device, log, world } = yield* stage(1, 10, { rangeKilobytes: { ratePerSecond: 1, burst: 100 } })
      yield* world.provide(run(ann, log, { kind: "post", text: "\u97ff".repeat(4_000) }))
      ask(3, 3)
      yield* device.reachSeq(log, 3)
      const events = yield* device.op("events", (frame) => frame.events.some(({ seq }) => seq === 3))
      assert.isAbove(Buffer.byteLength(JSON.stringify(events)), 12_000)
      // 100 KB hold eight of them, and not nine.
      for (let n = 0; n < 9; n++) ask(3, 3)
      const busy = yield* device.op("busy")
      assert.deepStrictEqual([busy.code, busy.of], ["rate_limited", "range"])
    })
  )

  it.scoped("takes a quarter of the store's time with all that its user asks for, and waits for it", () =>
    Effect.gen(function* () {
      const begun: Array<number> = []
      const now = Effect.map(TestClock.currentTimeMillis, Number)
      const { ann, bob, log, world } = yield* pair({
        store: (own) => ({
          slices: (requests) =>
            Effect.zipRight(
              Effect.map(now, (at) => void begun.push(at)),
              Effect.delay(own.slices(requests), "100 millis")
            )
        })
      })
      yield* world.provide(fill(ann, log, 10, 10))
      const devices = yield* Effect.forEach([bob, bob], (who) => world.connect(who))
      for (const each of devices) yield* each.op("live")
      begun.length = 0
      for (let n = 0; n < 10; n++)
        for (const each of devices) each.send({ op: "range", conversationId: log, from: 1, to: 5 })
      const tenths = (count: number) =>
        Effect.repeatN(Effect.zipRight(TestClock.adjust("100 millis"), world.settled), count - 1)
      yield* tenths(30)
      // Of the 20: 250 ms at once, then a quarter of three seconds.
      assert.isAtLeast(begun.length, 8)
      assert.isAtMost(begun.length, 12)
      yield* tenths(60)
      assert.strictEqual(begun.length, 20)
    })
  )

  it.scoped("that its socket did not wait for is read to its end before the person's next one, and is charged", () =>
    Effect.gen(function* () {
      const open = yield* Effect.makeLatch(true)
      const asked: Array<number> = []
      const { ann, bob, log, world } = yield* pair({
        settings: { rangeKilobytes: { ratePerSecond: 1, burst: 30 } },
        store: (own) => ({
          slices: (requests) => {
            asked.push(requests.length)
            return open.whenOpen(own.slices(requests))
          }
        })
      })
      yield* world.provide(fill(ann, log, 40, 4_000))
      const last = yield* world.connect(bob)
      const others = yield* Effect.forEach([bob, bob, bob], (who) => world.connect(who))
      for (const each of [last, ...others]) yield* each.op("live")
      asked.length = 0
      yield* open.close
      const ask = (device: typeof last) => device.send({ op: "range", conversationId: log, from: 2, to: 41 })
      for (const each of others) {
        ask(each)
        yield* rest
        each.connection.closed()
        yield* rest
      }
      assert.deepStrictEqual(asked, [1])
      yield* open.open
      yield* rest
      // Those that had not begun are not read for nobody.
      assert.deepStrictEqual(asked, [1])
      // A step of 48 KB was read, of which 18 are owed.
      ask(last)
      const busy = yield* last.op("busy")
      assert.deepStrictEqual([busy.code, busy.of], ["rate_limited", "range"])
    })
  )

  it.scoped("is owed also by whoever went away for a while and came back", () =>
    Effect.gen(function* () {
      const { ask, bob, device, log, world } = yield* stage(40, 4_000, {
        rangeKilobytes: { ratePerSecond: 1, burst: 20 }
      })
      ask(2, 41)
      yield* device.reachSeq(log, 41)
      device.connection.closed()
      yield* pass(15_000, 1_000)
      const back = yield* world.connect(bob)
      yield* back.op("live")
      back.send({ op: "range", conversationId: log, from: 2, to: 2 })
      const busy = yield* back.op("busy")
      assert.deepStrictEqual([busy.code, busy.retryAfterMs], ["rate_limited", 6_000])
    })
  )

  it.scoped("ends with the log, and where its asker is no member any more", () =>
    Effect.gen(function* () {
      const { ann, answered, ask, bob, device, log, read, world } = yield* stage(40, 10)
      ask(30, 900)
      yield* answered(41)
      yield* world.settled
      assert.deepStrictEqual([device.seqs(log), read], [seqRun(30, 41), [12]])
      yield* world.provide(run(ann, log, { kind: "remove", userId: bob }))
      yield* device.op("events", (frame) => frame.events.some(({ kind }) => kind === "left"))
      ask(1, 9)
      const { from, to } = yield* device.op("withheld")
      assert.deepStrictEqual([from, to], [1, 9])
    })
  )
})
