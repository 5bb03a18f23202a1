/** A link to the broker heals whatever ends: the channel alone, a set-up that fails or hangs, the network. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Metric, Queue, Redacted } from "effect"
import { keepLinked } from "../../src/rabbit/AmqpLink.ts"
import { connectionsLost } from "../../src/rabbit/AmqpMetrics.ts"
import type { OpenLink } from "../../src/rabbit/AmqpSession.ts"
import { makeVhost } from "./rabbitKit.ts"
import { startBlackHole } from "./redis/blackHole.ts"

/** Links as they open, and how many were told lost. */
const linked = (link: string, setUp?: (opened: OpenLink, times: number) => Promise<void>) =>
  linkedAt(makeVhost(), link, setUp)

const linkedAt = (
  url: Redacted.Redacted,
  link: string,
  setUp: (opened: OpenLink, times: number) => Promise<void> = async () => undefined
) =>
  Effect.gen(function* () {
    const opens = yield* Queue.unbounded<OpenLink>()
    const seen = { opened: 0, lost: 0 }
    yield* keepLinked(
      { url, link, tryMs: 1_000 },
      {
        open: async (opened) => {
          await setUp(opened, ++seen.opened)
          opens.unsafeOffer(opened)
        },
        lost: () => void seen.lost++
      }
    )
    return { next: Queue.take(opens), seen, waiting: Queue.size(opens) }
  })

describe("a link", () => {
  it.scopedLive("is made again when its channel alone ends, and what was not acknowledged comes again", () =>
    Effect.gen(function* () {
      const came = yield* Deferred.make<void>()
      const deliveries: Array<boolean> = []
      const { next, seen } = yield* linked("double", async ({ channel }, times) => {
        await channel.assertQueue("double", { durable: true })
        await channel.consume("double", (message) => {
          if (message === null) return
          deliveries.push(message.fields.redelivered)
          if (times === 2) return void Deferred.unsafeDone(came, Exit.void)
          // The broker closes a channel that acknowledges what it has not got.
          channel.ack({ ...message, fields: { ...message.fields, deliveryTag: 99 } })
        })
      })
      const { channel } = yield* next
      channel.sendToQueue("double", Buffer.from("a"))
      yield* next
      yield* Deferred.await(came)
      assert.deepStrictEqual(deliveries, [false, true])
      assert.deepStrictEqual(seen, { opened: 2, lost: 1 })
      assert.strictEqual((yield* Metric.value(Metric.tagged(connectionsLost, "link", "double"))).count, 1)
    })
  )

  it.scopedLive("tries again when its set-up fails, throws at once or hangs", () =>
    Effect.gen(function* () {
      const { next, seen } = yield* linked("slow", async ({ channel }, times) => {
        if (times === 1) await channel.checkQueue("never.there")
        if (times === 2) throw new Error("no")
        if (times === 3) await new Promise(() => undefined)
      })
      yield* next
      assert.deepStrictEqual(seen, { opened: 4, lost: 3 })
    })
  )

  it.scopedLive("is made again when a handler throws", () =>
    Effect.gen(function* () {
      const { next } = yield* linked("throws", async ({ channel }, times) => {
        await channel.assertQueue("throws", { durable: true })
        if (times > 1) return
        await channel.consume("throws", () => {
          throw new Error("a bug")
        })
      })
      const { channel } = yield* next
      channel.sendToQueue("throws", Buffer.from("a"))
      yield* next
    })
  )

  it.scopedLive("is made again soon when nothing is heard on it any more, and stays while it is only idle", () =>
    Effect.gen(function* () {
      const url = new URL(Redacted.value(makeVhost()))
      const hole = yield* Effect.acquireRelease(
        Effect.promise(() => startBlackHole(Number(url.port))),
        ({ stop }) => Effect.promise(stop)
      )
      url.port = `${hole.port}`
      // Else the driver might find out first.
      url.searchParams.set("heartbeat", "0")
      const { next, seen } = yield* linkedAt(Redacted.make(url.href), "silent")
      yield* next
      yield* Effect.sleep("7 seconds")
      assert.deepStrictEqual(seen, { opened: 1, lost: 0 })
      hole.swallow()
      hole.heal()
      const [time] = yield* Effect.timed(next)
      assert.isBelow(Duration.toMillis(time), 9_000)
      assert.deepStrictEqual(seen, { opened: 2, lost: 1 })
    })
  )

  it.scopedLive("is made again when it was given up, and ends with its scope", () =>
    Effect.gen(function* () {
      const { seen, waiting } = yield* Effect.scoped(
        Effect.gen(function* () {
          const link = yield* linked("given-up")
          const first = yield* link.next
          first.lose("a reason")
          first.lose("another")
          const second = yield* link.next
          assert.notStrictEqual(second.channel, first.channel)
          return link
        })
      )
      assert.deepStrictEqual(seen, { opened: 2, lost: 2 })
      assert.strictEqual(yield* waiting, 0)
    })
  )
})
