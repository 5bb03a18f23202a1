import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Exit, Fiber, Layer, Scope, TestClock } from "effect"
import { CommandId, ConversationId, Epoch, UserId } from "../../src/domain/Ids.ts"
import { CommandClient, CommandClientLive } from "../../src/ingress/CommandClient.ts"
import { Deliveries } from "../../src/ports/Deliveries.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { Ingress, IngressUnavailable } from "../../src/ports/Ingress.ts"
import type { Answer, Envelope, Submission } from "../../src/ports/Submission.ts"

const uuid = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
const epoch = Epoch.make(uuid(0xe))
const command = (n: number) => ({
  log: ConversationId.make(uuid(n)),
  id: CommandId.make(uuid(n)),
  by: UserId.make(uuid(1)),
  device: null,
  body: { kind: "join" } as const
})

/** A client whose ingress and deliveries are in the test's hand. */
const world = (refuse?: IngressUnavailable) =>
  Effect.gen(function* () {
    const sent: Array<Submission> = []
    const subscriptions: Array<{ readonly kind: string; readonly receive: (envelope: Envelope) => void }> = []
    const layer = CommandClientLive.pipe(
      Layer.provide(Layer.mock(EventStore, { epoch })),
      Layer.provide(
        Layer.succeed(Ingress, {
          partitions: 4,
          publish: (_, batch) =>
            refuse === undefined ? Effect.sync(() => void sent.push(...batch)) : Effect.fail(refuse)
        })
      ),
      Layer.provide(
        Layer.mock(Deliveries, {
          subscribe: (_, kind, receive) => Effect.sync(() => void subscriptions.push({ kind, receive }))
        })
      )
    )
    const scope = yield* Scope.make()
    const client = yield* Effect.provide(CommandClient, yield* Layer.buildWithScope(layer, scope))
    const answer = (submission: Submission | undefined, result: Answer["result"]) => {
      assert.isDefined(submission)
      const answers = [{ key: submission?.key ?? "", log: submission?.log ?? ConversationId.make(uuid(0)), result }]
      for (const { receive } of subscriptions)
        receive({ v: 1, worker: "w", number: 1, after: 0, headsRaised: true, epoch, changes: [], answers })
    }
    return { answer, client, close: Scope.close(scope, Exit.void), sent, subscriptions }
  })
const accepted = (n: number, seq: number): Answer["result"] => ({
  _tag: "Decided",
  outcomes: [{ id: CommandId.make(uuid(n)), result: { _tag: "Accepted", seq, at: 5 } }]
})
const sentAll = (sent: ReadonlyArray<unknown>, count: number) =>
  Effect.repeat(Effect.yieldNow(), { until: () => sent.length === count })

describe("CommandClient", () => {
  it.effect("hands the command on with the store's epoch, and answers with its place", () =>
    Effect.gen(function* () {
      const { answer, client, sent, subscriptions } = yield* world()
      const fiber = yield* Effect.fork(client.run(command(7)))
      yield* sentAll(sent, 1)
      assert.deepStrictEqual(sent[0]?.commands, [{ ...command(7), epoch }])
      assert.strictEqual(sent[0]?.log, command(7).log)
      assert.deepStrictEqual(
        subscriptions.map(({ kind }) => kind),
        ["api"]
      )
      answer(sent[0], accepted(7, 3))
      assert.deepStrictEqual(yield* Fiber.join(fiber), { seq: 3, at: 5 })
      assert.strictEqual(client.pending(), 0)
    })
  )

  it.effect(
    "gives each of many callers its own answer, in whatever order they come, and takes a second one for nothing",
    () =>
      Effect.gen(function* () {
        const { answer, client, sent } = yield* world()
        const fibers = yield* Effect.forEach([1, 2, 3, 4], (n) => Effect.fork(client.run(command(n))))
        yield* sentAll(sent, 4)
        const byLog = new Map(sent.map((submission) => [submission.log, submission]))
        for (const n of [3, 1, 4, 2, 3]) answer(byLog.get(command(n).log), accepted(n, n))
        assert.deepStrictEqual(
          (yield* Effect.forEach(fibers, Fiber.join)).map(({ seq }) => seq),
          [1, 2, 3, 4]
        )
      })
  )

  it.effect("tells final refusals from what may be tried again", () =>
    Effect.gen(function* () {
      const { answer, client, sent } = yield* world()
      const results: ReadonlyArray<Answer["result"]> = [
        { _tag: "Decided", outcomes: [{ id: command(1).id, result: { _tag: "Refused", code: "forbidden" } }] },
        { _tag: "Busy", code: "unknown", retryAfterMs: 70, ids: [] },
        { _tag: "Decided", outcomes: [] }
      ]
      const errors: Array<object> = []
      for (const [i, result] of results.entries()) {
        const fiber = yield* Effect.fork(Effect.flip(client.run(command(i + 1))))
        yield* sentAll(sent, i + 1)
        answer(sent[i], result)
        errors.push({ ...(yield* Fiber.join(fiber)) })
      }
      assert.deepInclude(errors[0], { _tag: "Refused", code: "forbidden" })
      assert.deepInclude(errors[1], { _tag: "Unavailable", retryAfterMs: 70 })
      assert.deepInclude(errors[2], { _tag: "Unavailable" })
    })
  )

  it.effect("is unavailable when the ingress does not take the command", () =>
    Effect.gen(function* () {
      const { client } = yield* world(new IngressUnavailable({ code: "busy", retryAfterMs: 55 }))
      assert.deepInclude(yield* Effect.flip(client.run(command(1))), { _tag: "Unavailable", retryAfterMs: 55 })
      assert.strictEqual(client.pending(), 0)
    })
  )

  it.effect("waits ten seconds for an answer, and no more than eleven; a late answer changes nothing", () =>
    Effect.gen(function* () {
      const { answer, client, sent } = yield* world()
      const fiber = yield* Effect.fork(Effect.either(client.run(command(1))))
      yield* sentAll(sent, 1)
      yield* TestClock.adjust("9900 millis")
      assert.strictEqual(client.pending(), 1)
      yield* TestClock.adjust("1100 millis")
      assert.strictEqual(client.pending(), 0)
      const result = yield* Fiber.join(fiber)
      assert.isTrue(Either.isLeft(result) && result.left._tag === "Unavailable")
      answer(sent[0], accepted(1, 1))
      // The next call has a name of its own and its whole time.
      const next = yield* Effect.fork(client.run(command(1)))
      yield* sentAll(sent, 2)
      yield* TestClock.adjust("9900 millis")
      answer(sent[0], accepted(1, 1))
      assert.strictEqual(client.pending(), 1)
      answer(sent[1], accepted(1, 2))
      assert.strictEqual((yield* Fiber.join(next)).seq, 2)
    })
  )

  it.effect("forgets a caller that is gone", () =>
    Effect.gen(function* () {
      const { client, sent } = yield* world()
      const fiber = yield* Effect.fork(client.run(command(1)))
      yield* sentAll(sent, 1)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(client.pending(), 0)
    })
  )

  it.effect("has 4,096 commands under way at most, and takes more when some are answered", () =>
    Effect.gen(function* () {
      const { answer, client, sent } = yield* world()
      const fibers = yield* Effect.forEach(
        Array.from({ length: 4_096 }, (_, i) => i + 1),
        (n) => Effect.fork(client.run(command(n)))
      )
      yield* sentAll(sent, 4_096)
      assert.deepInclude(yield* Effect.flip(client.run(command(5_000))), { _tag: "Unavailable" })
      assert.strictEqual(sent.length, 4_096)
      answer(sent[0], accepted(1, 1))
      const next = yield* Effect.fork(client.run(command(5_000)))
      yield* sentAll(sent, 4_097)
      answer(sent[4_096], accepted(5_000, 9))
      assert.strictEqual((yield* Fiber.join(next)).seq, 9)
      yield* Fiber.interruptAll(fibers)
    })
  )

  it.effect("tells whoever still waits when it ends", () =>
    Effect.gen(function* () {
      const { client, close, sent } = yield* world()
      const fiber = yield* Effect.fork(Effect.flip(client.run(command(1))))
      yield* sentAll(sent, 1)
      yield* close
      assert.deepInclude(yield* Fiber.join(fiber), { _tag: "Unavailable" })
    })
  )
})
