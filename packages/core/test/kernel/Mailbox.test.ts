import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck } from "effect"
import { Mailbox, MessageLetter, type Recipient } from "../../src/kernel/Mailbox.ts"
import { type End, onStage, start, watching, writing } from "./stage.ts"

type Change = readonly [key: string, value: number]

describe("Mailbox", () => {
  it.effect("a full mailbox refuses, and has room again once its messages were handled", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<number> = []
        const actor = start(system, "actor", writing(seen, { capacity: 2, onFull: "refuse" }))
        assert.deepStrictEqual(
          [1, 2, 3].map((n) => actor.tell(n)),
          ["ok", "ok", "full"]
        )
        yield* system.settled
        assert.strictEqual(actor.tell(4), "ok")
        yield* system.settled
        assert.deepStrictEqual(seen, [1, 2, 4])
        assert.strictEqual(system.counters.refused, 1)
      })
    )
  )

  it.effect("a full mailbox that drops loses the newest message", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<number> = []
        const actor = start(system, "actor", writing(seen, { capacity: 2, onFull: "drop" }))
        assert.deepStrictEqual(
          [1, 2, 3].map((n) => actor.tell(n)),
          ["ok", "ok", "dropped"]
        )
        yield* system.settled
        assert.deepStrictEqual(seen, [1, 2])
        assert.strictEqual(system.counters.dropped, 1)
      })
    )
  )

  it.effect("a full mailbox that stops ends its actor with what waited", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<number> = []
        const ends: Array<End> = []
        const actor = start(system, "actor", writing(seen, { capacity: 2, onFull: "stop" }))
        const watcher = start(system, "watcher", watching(ends))
        watcher.tell(actor)
        yield* system.settled
        assert.deepStrictEqual(
          [1, 2, 3, 4].map((n) => actor.tell(n)),
          ["ok", "ok", "stopped", "stopped"]
        )
        yield* system.settled
        assert.deepStrictEqual(seen, [])
        assert.deepStrictEqual(ends, [["actor", "MailboxFull"]])
        assert.strictEqual(system.counters.discarded, 2)
        assert.isUndefined(system.find("actor"))
      })
    )
  )

  it.effect("a coalesced message takes the place of the waiting one with its key, full or not", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<Change> = []
        const actor = start(
          system,
          "actor",
          writing<Change>(seen, { capacity: 2, onFull: { coalesceBy: ([key]) => key } })
        )
        assert.strictEqual(actor.tell(["a", 1]), "ok")
        assert.strictEqual(actor.tell(["a", 2]), "coalesced")
        assert.strictEqual(actor.tell(["b", 3]), "ok")
        assert.strictEqual(actor.tell(["a", 4]), "coalesced")
        assert.strictEqual(actor.tell(["c", 5]), "full")
        yield* system.settled
        assert.deepStrictEqual(seen, [
          ["a", 4],
          ["b", 3]
        ])
        // What was handled no longer waits: the same key is a new message.
        assert.strictEqual(actor.tell(["a", 6]), "ok")
        yield* system.settled
        assert.deepStrictEqual(seen[2], ["a", 6])
        assert.strictEqual(system.counters.coalesced, 2)
      })
    )
  )

  it.effect("a message without a key is never coalesced, and a failing key function is no key", () =>
    onStage((system, log) =>
      Effect.gen(function* () {
        const seen: Array<number> = []
        const coalesceBy = (n: number) => {
          if (n === 9) throw new Error("no key for 9")
          return undefined
        }
        const actor = start(system, "actor", writing(seen, { capacity: 3, onFull: { coalesceBy } }))
        assert.deepStrictEqual(
          [1, 1, 9, 9].map((n) => actor.tell(n)),
          ["ok", "ok", "ok", "full"]
        )
        yield* system.settled
        assert.deepStrictEqual(seen, [1, 1, 9])
        assert.strictEqual(log.filter(({ text }) => text.includes("no key for 9")).length, 2)
      })
    )
  )

  it("behaves like an array whose keyed entries are replaced in place", () => {
    const operation = FastCheck.oneof(
      FastCheck.record({
        kind: FastCheck.constant("push" as const),
        key: FastCheck.option(FastCheck.nat(3), { nil: undefined })
      }),
      FastCheck.record({ kind: FastCheck.constant("take" as const) }),
      FastCheck.record({ kind: FastCheck.constant("clear" as const) })
    )
    FastCheck.assert(
      FastCheck.property(FastCheck.array(operation, { maxLength: 100 }), (operations) => {
        const mailbox = new Mailbox<number>()
        let model: Array<{ readonly key: number | undefined; message: number }> = []
        const taken: Array<number> = []
        const recipient: Recipient<number> = {
          handleMessage: (message) => void taken.push(message),
          handleSignal: () => undefined
        }
        const expected: Array<number> = []
        operations.forEach((op, n) => {
          if (op.kind === "clear") {
            assert.strictEqual(mailbox.clear(), model.length)
            model = []
          } else if (op.kind === "take") {
            mailbox.take()?.deliver(recipient)
            const first = model.shift()
            if (first !== undefined) expected.push(first.message)
          } else if (op.key === undefined) {
            mailbox.push(new MessageLetter(n))
            model.push({ key: undefined, message: n })
          } else {
            const waiting = model.find(({ key }) => key === op.key)
            assert.strictEqual(mailbox.replace(op.key, n), waiting !== undefined)
            if (waiting !== undefined) waiting.message = n
            else {
              mailbox.pushKeyed(new MessageLetter(n), op.key)
              model.push({ key: op.key, message: n })
            }
          }
          assert.strictEqual(mailbox.depth, model.length)
        })
        assert.deepStrictEqual(taken, expected)
      })
    )
  })
})
