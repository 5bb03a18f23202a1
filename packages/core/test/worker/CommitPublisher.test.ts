import { assert, describe, it } from "@effect/vitest"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { Effect, Fiber, Layer, Logger, TestClock } from "effect"
import type { LogChange } from "../../src/commands/Decision.ts"
import type { LogEvent } from "../../src/domain/Event.ts"
import { CommandId, ConversationId, NodeId, UserId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { RoutesInProcess } from "../../src/inprocess/RoutesInProcess.ts"
import { Deliveries, DeliveriesUnavailable } from "../../src/ports/Deliveries.ts"
import { EnvelopeNumbers } from "../../src/ports/EnvelopeNumbers.ts"
import { Routes, RoutesUnavailable } from "../../src/ports/Routes.ts"
import type { Envelope } from "../../src/ports/Submission.ts"
import { type Addressed, CommitPublisher } from "../../src/worker/CommitPublisher.ts"

/** The longest text in the worst JSON. */
const longest = "\u0001".repeat(4_000)

const id = Effect.map(makeUuidV7, (uuid) => uuid)
const posts = (count: number, text: string) =>
  Effect.gen(function* () {
    const [log, by, command] = [ConversationId.make(yield* id), UserId.make(yield* id), CommandId.make(yield* id)]
    const events = Array.from(
      { length: count },
      (_, i): LogEvent => ({ kind: "posted", seq: i + 1, id: command, by, at: 1, text })
    )
    return { log, head: count, events } satisfies LogChange
  })

/** A publisher, and what came to each receiver. */
const makeStage = (options: { readonly everywhere?: boolean } = {}) =>
  Effect.gen(function* () {
    const came: Array<{ readonly to: string; readonly envelope: Envelope }> = []
    const nodes = [NodeId.make(yield* id), NodeId.make(yield* id)] as const
    const routes = options.everywhere
      ? RoutesInProcess
      : Layer.mock(Routes, {
          raise: (heads) => Effect.succeed({ _tag: "Nodes", of: new Map(heads.map(([log]) => [log, nodes])) })
        })
    const ports = Layer.mergeAll(
      EventStoreMemory.pipe(Layer.provide(ChatMemory.layer)),
      routes,
      Layer.mock(Deliveries, { publish: (envelopes) => Effect.sync(() => void came.push(...envelopes)) })
    )
    const publisher = yield* Effect.provide(CommitPublisher, CommitPublisher.Default.pipe(Layer.provide(ports)))
    const answers = yield* Effect.forEach(nodes, (to) =>
      Effect.map(
        id,
        (uuid): Addressed => ({
          to,
          answer: { key: "k", log: ConversationId.make(uuid), result: { _tag: "Decided", outcomes: [] } }
        })
      )
    )
    const at = (to: string) => came.flatMap((each) => (each.to === to ? [each.envelope] : []))
    return { publisher, answers, at, came, nodes } as const
  })

const seqsOf = (envelopes: ReadonlyArray<Envelope>, log: ConversationId) =>
  envelopes.flatMap(({ changes }) =>
    changes.flatMap((change) => (change.log === log ? change.events.map(({ seq }) => seq) : []))
  )
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
const missed = (envelopes: ReadonlyArray<Envelope>) => {
  const numbers = new EnvelopeNumbers()
  // Of a worker that is new, anything may be missing: the first is no news.
  return envelopes.map((envelope) => numbers.missed(envelope.worker, envelope)).slice(1)
}

describe("an announcement", () => {
  it.scoped(
    "of more than an envelope may carry goes in several, in order, without a gap in their numbers, the answers in the last",
    () =>
      Effect.gen(function* () {
        const { publisher, answers, at, came, nodes } = yield* makeStage()
        const [large, small, other] = [yield* posts(1_000, longest), yield* posts(3, "hi"), yield* posts(300, longest)]
        yield* publisher.announce([large, small, other], answers)
        assert.deepStrictEqual([...new Set(came.map(({ to }) => to))], [...nodes])
        for (const node of nodes) {
          const mine = at(node)
          for (const envelope of mine) assert.isBelow(Buffer.byteLength(JSON.stringify(envelope)), 5_000_000)
          for (const { events, head, log } of [large, small, other]) {
            assert.deepStrictEqual(seqsOf(mine, log), upTo(events.length))
            const heads = mine.flatMap(({ changes }) => changes.filter((change) => change.log === log))
            assert.isTrue(heads.every((change) => change.head === change.events.at(-1)?.seq))
            assert.strictEqual(heads.at(-1)?.head, head)
          }
          assert.isTrue(missed(mine).every((one) => !one))
          assert.deepStrictEqual(
            mine.map((envelope) => envelope.answers.length),
            [...mine.slice(1).map(() => 0), 1]
          )
        }
        // The pieces are the same objects for everybody: each is encoded once.
        const [first, second] = nodes.map((node) => at(node).flatMap(({ changes }) => changes))
        assert.isTrue(first?.every((change, i) => change === second?.[i]))
      })
  )

  it.scoped("of as many short posts is one envelope, and so are a few of the longest", () =>
    Effect.gen(function* () {
      const { publisher, answers, came } = yield* makeStage()
      const [short, long] = [
        yield* posts(1_000, "a message of the usual length, or a little longer"),
        yield* posts(100, longest)
      ]
      yield* publisher.announce([short], answers)
      yield* publisher.announce([long], answers)
      assert.deepStrictEqual(
        came.map(({ envelope }) => envelope.changes),
        [[short], [short], [long], [long]]
      )
    })
  )

  it.scoped("of answers alone is one envelope for each that asked", () =>
    Effect.gen(function* () {
      const { publisher, answers, came } = yield* makeStage()
      yield* publisher.announce([], answers)
      assert.deepStrictEqual(
        came.map(({ envelope }) => [envelope.changes.length, envelope.answers.length]),
        [
          [0, 1],
          [0, 1]
        ]
      )
    })
  )

  it.scoped("while the routes are away, or the deliveries, says so once, and once that they are back", () =>
    Effect.gen(function* () {
      let away = true
      const ports = Layer.mergeAll(
        EventStoreMemory.pipe(Layer.provide(ChatMemory.layer)),
        Layer.mock(Routes, {
          raise: () =>
            Effect.suspend(() =>
              away ? new RoutesUnavailable({ cause: "no Redis" }) : Effect.succeed({ _tag: "Everywhere" })
            )
        }),
        Layer.mock(Deliveries, {
          publish: () => Effect.suspend(() => (away ? new DeliveriesUnavailable({ cause: "no broker" }) : Effect.void))
        })
      )
      const lines: Array<string> = []
      const keeper = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel.label} ${String(message)}`))
      yield* Effect.gen(function* () {
        const { announce } = yield* CommitPublisher
        const change = yield* posts(1, "hi")
        const announced = yield* Effect.fork(
          Effect.forEach(Array.from({ length: 5 }), () => announce([change], []), { concurrency: 5 })
        )
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(lines, [
          "WARN Routes are away: publishing to every gateway,no Redis",
          "WARN Deliveries are away,no broker"
        ])
        away = false
        yield* TestClock.adjust("3 seconds")
        yield* Fiber.join(announced)
        yield* announce([change], [])
        assert.deepStrictEqual(lines.slice(2), ["INFO Deliveries are there again", "INFO Routes are there again"])
      }).pipe(
        Effect.provide(CommitPublisher.Default.pipe(Layer.provide(ports))),
        Effect.provide(Logger.replace(Logger.defaultLogger, keeper))
      )
    })
  )

  it.scoped("to every gateway is cut alike", () =>
    Effect.gen(function* () {
      const { publisher, answers, at, nodes } = yield* makeStage({ everywhere: true })
      const large = yield* posts(1_000, longest)
      yield* publisher.announce([large], answers)
      const all = at("gateways")
      assert.isAbove(all.length, 5)
      assert.deepStrictEqual(seqsOf(all, large.log), upTo(1_000))
      assert.isTrue(missed(all).every((one) => !one))
      assert.deepStrictEqual(
        nodes.map((node) => at(node).map(({ answers: mine }) => mine.length)),
        [[1], [1]]
      )
    })
  )
})
