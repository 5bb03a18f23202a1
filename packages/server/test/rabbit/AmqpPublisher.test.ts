/** What a publisher says of each publish, over a channel that answers as the test wants. */
import { EventEmitter } from "node:events"
import { assert, describe, it } from "@effect/vitest"
import type { ConfirmChannel } from "amqplib"
import { Effect, Either, Fiber, Redacted } from "effect"
import { AmqpPublisher } from "../../src/rabbit/AmqpPublisher.ts"

/** Keeps what it was given until the test answers. */
class ScriptedChannel extends EventEmitter {
  readonly sent: Array<{ readonly id: unknown; readonly answer: (error: Error | null) => void }> = []
  isClosed = false

  publish(
    _exchange: string,
    _key: string,
    _content: Buffer,
    options: { messageId?: string },
    answer: (error: Error | null) => void
  ) {
    if (this.isClosed) throw new Error("Channel closed")
    this.sent.push({ id: options.messageId, answer })
    return true
  }

  answer(error: Error | null = null): void {
    this.sent.shift()?.answer(error)
  }
}

const make = (confirmMs = 5_000, namesHeld = false) =>
  Effect.gen(function* () {
    const options = { url: Redacted.make("amqp://nowhere"), link: "test", persistent: true, mandatory: true }
    const publisher = new AmqpPublisher({ ...options, messagesMax: 3, bytesMax: 100, confirmMs, namesHeld })
    const channel = new ScriptedChannel()
    const state = { isBlocked: false, answers: true, given: [] as Array<string> }
    yield* Effect.promise(() =>
      publisher.open({
        channel: channel as unknown as ConfirmChannel,
        renew: () => undefined,
        isBlocked: () => state.isBlocked,
        answers: async () => state.answers,
        beside: async () => channel as unknown as ConfirmChannel,
        lose: (reason) => void state.given.push(reason),
        together: (write) => write()
      })
    )
    const publish = (messages: number, bytes = 1) =>
      publisher
        .publish(Array.from({ length: messages }, () => ({ exchange: "", key: "k", content: Buffer.alloc(bytes) })))
        .pipe(
          Effect.either,
          Effect.map(
            Either.match({ onLeft: ({ held, reason }) => [reason, ...held].join(" "), onRight: () => "confirmed" })
          )
        )
    // Runs to where it waits.
    const begin = (messages: number, bytes?: number) =>
      Effect.tap(Effect.fork(publish(messages, bytes)), () => Effect.yieldNow())
    return { publisher, channel, state, publish, begin }
  })

const nacked = new Error("message nacked")
const closed = new Error("channel closed")

describe("a publisher", () => {
  it.effect("is done when all of a publish are confirmed", () =>
    Effect.gen(function* () {
      const { begin, channel, publish } = yield* make()
      assert.strictEqual(yield* publish(0), "confirmed")
      const fiber = yield* begin(2)
      channel.answer()
      assert.isNull(yield* Fiber.poll(fiber).pipe(Effect.map((exit) => (exit._tag === "None" ? null : exit))))
      channel.answer()
      assert.strictEqual(yield* Fiber.join(fiber), "confirmed")
    })
  )

  it.effect("takes nothing over its bounds of what is not confirmed, and always a lone publish", () =>
    Effect.gen(function* () {
      const { begin, channel, publish } = yield* make()
      const large = yield* begin(5, 1_000)
      assert.strictEqual(yield* publish(1), "full")
      for (let i = 0; i < 5; i++) channel.answer()
      assert.strictEqual(yield* Fiber.join(large), "confirmed")

      const two = yield* begin(2)
      assert.strictEqual(yield* publish(2), "full")
      assert.strictEqual(yield* publish(1, 99), "full")
      const third = yield* begin(1, 98)
      for (let i = 0; i < 3; i++) channel.answer()
      assert.deepStrictEqual([yield* Fiber.join(two), yield* Fiber.join(third)], ["confirmed", "confirmed"])
    })
  )

  it.effect("tells what the broker refused from what may have come through", () =>
    Effect.gen(function* () {
      const { begin, channel } = yield* make()
      const refused = yield* begin(2)
      channel.answer(nacked)
      channel.answer()
      assert.strictEqual(yield* Fiber.join(refused), "nacked")
      const lost = yield* begin(2)
      channel.answer(nacked)
      channel.answer(closed)
      assert.strictEqual(yield* Fiber.join(lost), "lost")
      const returned = yield* begin(2)
      channel.emit("return", { properties: { messageId: channel.sent[1]?.id } })
      channel.answer()
      channel.answer()
      assert.strictEqual(yield* Fiber.join(returned), "returned")
    })
  )

  it.effect("hands nothing over without a link, on a closed channel, or while the broker is blocked", () =>
    Effect.gen(function* () {
      const { channel, publish, publisher, state } = yield* make()
      state.isBlocked = true
      assert.strictEqual(yield* publish(1), "blocked")
      state.isBlocked = false
      channel.isClosed = true
      assert.strictEqual(yield* publish(2), "away")
      publisher.lost()
      assert.strictEqual(yield* publish(1), "away")
      assert.deepStrictEqual(channel.sent, [])
    })
  )

  it.live("gives up at the deadline, and with it the link, unless the broker is blocked", () =>
    Effect.gen(function* () {
      const { begin, channel, publish, state } = yield* make(20)
      assert.strictEqual(yield* publish(1), "late")
      assert.strictEqual(state.given.length, 1)
      const fiber = yield* begin(1)
      state.isBlocked = true
      assert.strictEqual(yield* Fiber.join(fiber), "late")
      assert.strictEqual(state.given.length, 1)
      // They count until the broker has answered.
      state.isBlocked = false
      assert.strictEqual(yield* publish(2), "full")
      channel.answer()
      const last = yield* begin(2)
      for (let i = 0; i < 3; i++) channel.answer()
      assert.strictEqual(yield* Fiber.join(last), "confirmed")
    })
  )

  it.live("that names what is held keeps a link that answers, and leaves one that does not", () =>
    Effect.gen(function* () {
      const { begin, channel, state } = yield* make(10, true)
      const first = yield* begin(3)
      channel.answer()
      assert.strictEqual(yield* Fiber.join(first), "late 1 2")
      assert.deepStrictEqual(state.given, [])
      channel.answer()
      channel.answer()

      const second = yield* begin(3)
      channel.answer(nacked)
      assert.strictEqual(yield* Fiber.join(second), "nacked 1 2")
      channel.answer()
      channel.answer()

      state.answers = false
      const third = yield* begin(3)
      channel.answer(nacked)
      assert.strictEqual(yield* Fiber.join(third), "late")
      assert.deepStrictEqual(state.given, ["a confirm did not come in time"])
    })
  )
})
