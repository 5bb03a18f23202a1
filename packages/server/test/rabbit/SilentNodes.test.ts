/** A node that takes nothing is waited for once, and asked beside what goes to the others. */
import { assert, describe, it } from "@effect/vitest"
import { NodeId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { makeStart } from "@hibiki/core/fibers/Background"
import type { AddressedEnvelope } from "@hibiki/core/ports/Deliveries"
import { Effect, Logger, TestClock } from "effect"
import { Unpublished } from "../../src/rabbit/AmqpPublisher.ts"
import { SilentNodes } from "../../src/rabbit/SilentNodes.ts"
import { envelope } from "../live/rabbitKit.ts"

type Address = AddressedEnvelope["to"]

/** What goes to a node that hangs is confirmed never, and is late after 5 s. */
const makeStage = Effect.gen(function* () {
  const [hung, well] = [NodeId.make(yield* makeUuidV7), NodeId.make(yield* makeUuidV7)]
  const hanging = new Set<Address>([hung])
  const sent: Array<string> = []
  const lines: Array<string> = []
  const logger = Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ logLevel, message }) => void lines.push(`${logLevel.label} ${String(message)}`))
  )
  const nameOf = (to: Address) => (to === "gateways" ? "all" : to === hung ? "hung" : "well")
  const nodes = new SilentNodes(
    (envelopes) =>
      Effect.suspend(() => {
        sent.push(...envelopes.map(({ envelope: { number }, to }) => `${nameOf(to)} ${number}`))
        const held = envelopes.flatMap(({ to }, index) => (hanging.has(to) ? [index] : []))
        return held.length === 0 ? Effect.void : Effect.delay(new Unpublished({ reason: "late", held }), "5 seconds")
      }),
    yield* Effect.provide(makeStart, logger)
  )
  const publish = (number: number, ...to: ReadonlyArray<Address>) =>
    Effect.zipRight(
      Effect.sync(() => sent.splice(0)),
      nodes.publish(to.map((each) => ({ to: each, envelope: envelope(number) })))
    )
  return { hanging, hung, lines, logger, publish, sent, well } as const
})

describe("a node that takes nothing", () => {
  it.scoped("is waited for once, then asked with one publish at a time, and waited for again when it works", () =>
    Effect.gen(function* () {
      const { hanging, hung, lines, logger, publish, sent, well } = yield* makeStage
      yield* Effect.gen(function* () {
        const first = yield* Effect.fork(publish(1, hung, well))
        yield* TestClock.adjust("5 seconds")
        yield* first
        for (const number of [2, 3]) yield* publish(number, hung, well)
        assert.deepStrictEqual(sent, ["well 3"])
        yield* TestClock.adjust("1 second")
        hanging.clear()
        yield* publish(4, hung, well)
        // What asks is sent beside the others.
        yield* TestClock.adjust(0)
        assert.deepStrictEqual(sent.toSorted(), ["hung 4", "well 4"])
        hanging.add(hung)
        const waits = yield* Effect.fork(publish(5, hung, well))
        yield* TestClock.adjust("4 seconds")
        assert.isNull(waits.unsafePoll())
      }).pipe(Effect.provide(logger))
      assert.deepStrictEqual(
        lines.map((line) => line.split(" ", 1)[0]),
        ["WARN", "INFO"]
      )
    })
  )

  it.scoped("keeps what goes to every gateway from none", () =>
    Effect.gen(function* () {
      const { hanging, publish, sent } = yield* makeStage
      hanging.add("gateways")
      const first = yield* Effect.fork(publish(1, "gateways"))
      yield* TestClock.adjust("5 seconds")
      yield* first
      for (let number = 2; number < 50; number++) {
        yield* publish(number, "gateways")
        yield* TestClock.adjust(0)
        assert.deepStrictEqual(sent, [`all ${number}`])
      }
    })
  )
})
