import { assert, describe, it } from "@effect/vitest"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { Clock, Effect, Exit, Logger, Scope, TestClock } from "effect"
import type { Command } from "../../src/commands/Command.ts"
import type { ConversationId } from "../../src/domain/Ids.ts"
import { describeError } from "../../src/fibers/logging.ts"
import { BatchRejected, type EventStore, StoreUnavailable } from "../../src/ports/EventStore.ts"
import { IngressUnavailable } from "../../src/ports/Ingress.ts"
import { PushQueueUnavailable } from "../../src/ports/PushQueue.ts"
import { faultsCounted } from "../world/faultsCounted.ts"
import { makeGate } from "../world/gate.ts"
import { pass, rest, until } from "../world/waiting.ts"
import { startWorker } from "./workerStage.ts"

type Append = EventStore["Type"]["append"]

const says = (text: string) => (command: Command) => command.body.kind === "post" && command.body.text === text
const isPoisoned = (commands: ReadonlyArray<Command>) => commands.some(says("poison"))
/** What the store does with a batch that holds the poison. */
const poisonedBy =
  (harm: () => ReturnType<Append>) =>
  (store: EventStore["Type"]): Append =>
  (commands) =>
    isPoisoned(commands) ? harm() : store.append(commands)

/** A clock of which what measures goes on by minutes at once; nothing that waits is due by it. */
const leapingClock = Effect.map(Effect.clock, (test) => {
  let passedMinutes = 0n
  const nanos = () => test.unsafeCurrentTimeNanos() + passedMinutes * 60_000_000_000n
  const clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => test.unsafeCurrentTimeMillis(),
    currentTimeMillis: test.currentTimeMillis,
    unsafeCurrentTimeNanos: nanos,
    currentTimeNanos: Effect.sync(nanos),
    sleep: (duration) => test.sleep(duration)
  }
  return {
    clock,
    leap: (minutes: bigint) => {
      passedMinutes += minutes
    }
  } as const
})

describe("a worker whose store will not take a command", () => {
  for (const [what, harm] of [
    ["rejects it", () => new BatchRejected({ cause: "no" })],
    ["has a defect that it meets", () => Effect.die("a bug")]
  ] as const) {
    it.scoped(`stores all others of the batch and tells its sender that it is unknown, when the store ${what}`, () =>
      Effect.gen(function* () {
        const worker = yield* startWorker({ append: poisonedBy(harm) })
        const [log, other] = [yield* worker.newGroup, yield* worker.newGroup]
        yield* worker.submit([log, "before"], [log, "poison"], [log, "after"], [other, "elsewhere"])
        yield* worker.answered("before", "poison", "after", "elsewhere")
        assert.deepStrictEqual(["before", "poison", "after", "elsewhere"].map(worker.told), [2, "unknown", 3, 2])
        // What it meant for pushes is offered, some of it with what came before.
        yield* pass(100, 50)
        assert.include(worker.seen, "ack")
        yield* worker.submit([log, "later"])
        yield* worker.answered("later")
        assert.strictEqual(worker.told("later"), 4)
        yield* rest
        assert.strictEqual(worker.seen.filter((what) => what === "ack").length, 2)
      })
    )
  }

  it.scoped("decides nothing of a log before what was set aside of it, while it looks for what is rejected", () =>
    Effect.gen(function* () {
      let isLocked = true
      const worker = yield* startWorker({
        append: (store) => (commands) => {
          if (isPoisoned(commands)) return new BatchRejected({ cause: "no" })
          if (!isLocked || !commands.some(says("first"))) return store.append(commands)
          isLocked = false
          return Effect.succeed({
            epoch: store.epoch,
            decisions: commands.map(() => ({ _tag: "SetAside" })),
            changes: []
          })
        }
      })
      const [log, other] = [yield* worker.newGroup, yield* worker.newGroup]
      yield* worker.submit([log, "first"], [other, "poison"], [log, "second"])
      yield* pass(100, 10)
      yield* worker.answered("first", "second")
      assert.deepStrictEqual(["first", "second"].map(worker.told), [2, 3])
    })
  )
})

describe("what does not get its many logs", () => {
  it.scoped("waits for them after two tries, alone", () =>
    Effect.gen(function* () {
      const waits: Array<readonly [commands: number, waits: boolean]> = []
      const worker = yield* startWorker({
        append: (store) => (commands, options) => {
          if (!commands.some(({ body }) => body.kind === "remove")) return store.append(commands, options)
          waits.push([commands.length, options?.waits === true])
          if (options?.waits === true) return store.append(commands, options)
          return Effect.succeed({
            epoch: store.epoch,
            decisions: commands.map(() => ({ _tag: "SetAside" })),
            changes: []
          })
        }
      })
      const log = yield* worker.newGroup
      yield* worker.submitAgain(yield* worker.submission(log, "asked"), "removal", {
        kind: "remove",
        userId: worker.bob
      })
      yield* pass(100, 10)
      yield* worker.answered("removal")
      assert.strictEqual(worker.told("removal"), 2)
      assert.deepStrictEqual(waits, [
        [1, false],
        [1, false],
        [1, true]
      ])
    })
  )
})

describe("what the store would not take", () => {
  const parkedOnce = (worker: { readonly seen: ReadonlyArray<string> }) =>
    worker.seen.filter((what) => what.startsWith("park"))

  it.scoped("is parked before its message is acknowledged, and held while there is nowhere to park it", () =>
    Effect.gen(function* () {
      let isAway = true
      const worker = yield* startWorker({
        append: poisonedBy(() => new BatchRejected({ cause: "no" })),
        park: () => (isAway ? new IngressUnavailable({ code: "busy", retryAfterMs: 1 }) : Effect.void)
      })
      yield* worker.submit([yield* worker.newGroup, "poison"])
      yield* until("it is tried to park it", () => worker.seen.length > 0)
      yield* rest
      assert.deepStrictEqual([...new Set(worker.seen)], ["park poison"])
      isAway = false
      yield* pass(2_500)
      yield* worker.answered("poison")
      assert.deepStrictEqual([...new Set(worker.seen)], ["park poison", "answer poison", "ack"])
    })
  )

  it.scoped("is said to be held, and why, while there is nowhere to park it, and when that is over", () => {
    const lines: Array<string> = []
    const keeper = Logger.make(
      ({ message }) =>
        void lines.push(
          [message]
            .flat()
            .map((part) => describeError(part))
            .join(" ")
        )
    )
    const full = new IngressUnavailable({ code: "busy", retryAfterMs: 1, cause: "no further dead letter is taken" })
    return Effect.gen(function* () {
      let isFull = true
      const worker = yield* startWorker({
        append: poisonedBy(() => new BatchRejected({ cause: "no" })),
        park: () => (isFull ? full : Effect.void)
      })
      yield* worker.submit([yield* worker.newGroup, "poison"])
      yield* until("it is tried to park it", () => worker.seen.length > 0)
      yield* pass(2_500)
      assert.strictEqual(
        lines.filter((line) => line.includes("no further dead letter is taken")).length,
        1,
        lines.join("\n")
      )
      isFull = false
      yield* pass(2_500)
      yield* worker.answered("poison")
      assert.strictEqual(lines.at(-1), "What no worker can take can be parked again")
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, keeper)))
  })

  it.scoped("is not run again when its sender tries, and is run when it was replayed", () =>
    Effect.gen(function* () {
      let [isPoison, isReplayed] = [true, false]
      const worker = yield* startWorker({
        append: (store) => (commands) =>
          isPoison && isPoisoned(commands) ? new BatchRejected({ cause: "no" }) : store.append(commands),
        isReplayed: () => isReplayed
      })
      const log = yield* worker.newGroup
      const sent = yield* worker.submission(log, "poison")
      yield* worker.submitAgain(sent, "first")
      yield* worker.answered("first")
      isPoison = false
      const before = worker.appended.length
      yield* worker.submitAgain(sent, "again")
      yield* worker.submit([log, "healthy"])
      yield* worker.answered("again", "healthy")
      assert.deepStrictEqual(
        [worker.told("first"), worker.told("again"), worker.told("healthy")],
        ["unknown", "unknown", 2]
      )
      assert.deepStrictEqual(worker.appended.slice(before), [["healthy"]])
      assert.deepStrictEqual(parkedOnce(worker), ["park first"])
      isReplayed = true
      yield* worker.submitAgain(sent, "replayed")
      yield* worker.answered("replayed")
      assert.strictEqual(worker.told("replayed"), 3)
      isReplayed = false
      yield* worker.submitAgain(sent, "repeat")
      yield* worker.answered("repeat")
      assert.strictEqual(worker.told("repeat"), 3)
    })
  )

  it.scoped("is tried again after ten minutes, and parked again if it is still bad", () =>
    Effect.flatMap(leapingClock, ({ clock, leap }) => {
      let isPoison = true
      return Effect.gen(function* () {
        const worker = yield* startWorker({
          append: (store) => (commands) =>
            isPoison && isPoisoned(commands) ? new BatchRejected({ cause: "no" }) : store.append(commands)
        })
        const sent = yield* worker.submission(yield* worker.newGroup, "poison")
        const again = (key: string, afterMinutes: bigint) =>
          Effect.suspend(() => {
            leap(afterMinutes)
            return Effect.zipRight(worker.submitAgain(sent, key), worker.answered(key))
          })
        yield* again("first", 0n)
        yield* again("held back", 9n)
        assert.deepStrictEqual(parkedOnce(worker), ["park first"])
        yield* again("still bad", 1n)
        assert.deepStrictEqual(parkedOnce(worker), ["park first", "park still bad"])
        isPoison = false
        yield* again("good", 10n)
        assert.deepStrictEqual(["first", "held back", "still bad", "good"].map(worker.told), [
          "unknown",
          "unknown",
          "unknown",
          2
        ])
      }).pipe(Effect.withClock(clock))
    })
  )

  it.scoped("can be withdrawn by its sender", () =>
    Effect.gen(function* () {
      const worker = yield* startWorker({ append: poisonedBy(() => new BatchRejected({ cause: "no" })) })
      const sent = yield* worker.submission(yield* worker.newGroup, "poison")
      yield* worker.submitAgain(sent, "sent")
      yield* worker.answered("sent")
      yield* worker.submitAgain(sent, "withdrawn", { kind: "withdraw" })
      yield* worker.answered("withdrawn")
      assert.strictEqual(worker.told("withdrawn"), "withdrawn")
    })
  )
})

describe("a worker that has stored something", () => {
  it.scoped("acknowledges it when its answer was published, and not before", () =>
    Effect.gen(function* () {
      const publishing = makeGate()
      const worker = yield* startWorker({ publish: (own) => (envelopes) => publishing.through(own.publish(envelopes)) })
      const log = yield* worker.newGroup
      publishing.shut()
      yield* worker.submit([log, "a"])
      yield* until("the answer is being published", () => publishing.held() > 0)
      yield* rest
      assert.deepStrictEqual(worker.seen, [])
      publishing.open()
      yield* until("it is acknowledged", () => worker.seen.length === 2)
      assert.deepStrictEqual(worker.seen, ["answer a", "ack"])
    })
  )

  it.scoped("acknowledges it when its pushes were taken, and not before; its answer does not wait for them", () =>
    Effect.gen(function* () {
      const offering = makeGate()
      const offered: Array<ConversationId> = []
      let fails = 2
      const worker = yield* startWorker({
        offer: () => (logs) =>
          offering.through(
            Effect.suspend(() => {
              offered.push(...logs)
              return fails-- > 0 ? new PushQueueUnavailable({ cause: "away" }) : Effect.void
            })
          )
      })
      const log = yield* worker.newGroup
      offering.shut()
      yield* worker.submit([log, "a"])
      yield* until("it is answered", () => worker.seen.length === 1)
      yield* rest
      assert.deepStrictEqual(worker.seen, ["answer a"])
      offering.open()
      yield* pass(1_000, 50)
      assert.deepStrictEqual(
        [worker.seen, offered],
        [
          ["answer a", "ack"],
          [log, log, log]
        ]
      )
      // What comes soon after an offer that was taken needs none.
      yield* worker.submit([log, "b"])
      yield* until("it is acknowledged", () => worker.seen.length === 4)
      assert.deepStrictEqual([worker.seen.slice(2), offered.length], [["answer b", "ack"], 3])
    })
  )

  const acks = (worker: { readonly seen: ReadonlyArray<string> }) => worker.seen.filter((what) => what === "ack").length

  it.scoped("goes on with what comes while its pushes are not taken", () =>
    Effect.gen(function* () {
      const offering = makeGate()
      const worker = yield* startWorker({ offer: (own) => (logs) => offering.through(own.offer(logs)) })
      const [log, other, before] = [yield* worker.newGroup, yield* worker.newGroup, yield* worker.newGroup]
      yield* worker.submit([before, "before"])
      yield* until("it is acknowledged", () => acks(worker) === 1)
      offering.shut()
      yield* worker.submit([log, "a"])
      yield* worker.answered("a")
      yield* worker.submit([other, "b"])
      yield* worker.answered("b")
      // What is offered already does not wait for the others.
      yield* worker.submit([before, "again"])
      yield* until("it is acknowledged", () => acks(worker) === 2)
      yield* rest
      assert.deepStrictEqual(worker.seen, ["answer before", "ack", "answer a", "answer b", "answer again", "ack"])
      offering.open()
      yield* pass(100, 50)
      assert.strictEqual(acks(worker), 4)
    })
  )

  it.scoped("offers what comes soon after an offer together, a little later, or at once where much waits for it", () =>
    Effect.gen(function* () {
      const offered: Array<ReadonlyArray<ConversationId>> = []
      const worker = yield* startWorker({
        offer: (own) => (logs) =>
          Effect.zipRight(
            Effect.sync(() => offered.push(logs)),
            own.offer(logs)
          )
      })
      const groups = yield* Effect.replicateEffect(worker.newGroup, 20)
      const say = (group: ConversationId) => Effect.zipRight(worker.submit([group, group]), worker.answered(group))
      const [first, second, third] = groups as [ConversationId, ConversationId, ConversationId]
      yield* say(first)
      yield* until("it is acknowledged", () => acks(worker) === 1)
      yield* Effect.forEach([second, third], say)
      yield* TestClock.adjust(39)
      yield* rest
      assert.deepStrictEqual([offered, acks(worker)], [[[first]], 1])
      yield* TestClock.adjust(1)
      yield* until("the others are acknowledged", () => acks(worker) === 3)
      assert.deepStrictEqual(offered, [[first], [second, third]])
      const many = groups.slice(3, 11)
      yield* Effect.forEach(many, say)
      yield* until("all are acknowledged, though no time has passed", () => acks(worker) === 11)
      assert.deepStrictEqual(offered.slice(2), [many])
    })
  )

  it.scoped("acknowledges what was decided in pieces when the pushes of all of them were taken", () =>
    Effect.gen(function* () {
      const offering = makeGate()
      const worker = yield* startWorker({ offer: (own) => (logs) => offering.through(own.offer(logs)) })
      const [log, locked] = [yield* worker.newGroup, yield* worker.newGroup]
      yield* worker.submit([locked, "before"])
      yield* until("it is acknowledged", () => acks(worker) === 1)
      const { hold } = yield* worker.provide(ChatMemory)
      const lock = yield* Scope.make()
      yield* Scope.extend(hold(locked), lock)
      offering.shut()
      yield* worker.submit([log, "free"], [locked, "held"])
      yield* worker.answered("free")
      yield* Scope.close(lock, Exit.void)
      yield* pass(500, 50)
      yield* worker.answered("held")
      yield* rest
      assert.strictEqual(acks(worker), 1)
      offering.open()
      yield* until("it is acknowledged", () => acks(worker) === 2)
    })
  )

  it.scoped("offers again what a defect kept it from offering", () =>
    Effect.gen(function* () {
      let defects = 2
      const worker = yield* startWorker({
        offer: (own) => (logs) => Effect.suspend(() => (defects-- > 0 ? Effect.die("a bug") : own.offer(logs)))
      })
      yield* worker.submit([yield* worker.newGroup, "a"])
      yield* pass(1_000, 50)
      assert.deepStrictEqual(worker.seen, ["answer a", "ack"])
    })
  )

  it.scoped("announces again what a defect kept it from announcing, and acknowledges it then", () =>
    Effect.gen(function* () {
      let defects = 0
      const worker = yield* startWorker({
        raise: (own) => (heads) => Effect.suspend(() => (defects-- > 0 ? Effect.die("a bug") : own.raise(heads)))
      })
      const log = yield* worker.newGroup
      defects = 2
      const before = yield* faultsCounted
      yield* worker.submit([log, "a"])
      yield* until("it has failed", () => defects === 1)
      yield* rest
      assert.deepStrictEqual(worker.seen, [])
      yield* pass(1_000, 50)
      assert.deepStrictEqual(worker.seen, ["answer a", "ack"])
      assert.strictEqual(worker.told("a"), 2)
      assert.strictEqual((yield* faultsCounted) - before, 2)
    })
  )

  it.scoped("goes on after a turn that a defect ended, which is counted", () =>
    Effect.gen(function* () {
      let defects = 1
      const worker = yield* startWorker({
        read: (message) => {
          if (defects-- > 0) throw new Error("a bug")
          return message
        }
      })
      const [log, before] = [yield* worker.newGroup, yield* faultsCounted]
      yield* worker.submit([log, "a"])
      yield* until("it has failed", () => defects === 0)
      yield* rest
      assert.strictEqual((yield* faultsCounted) - before, 1)
      yield* worker.submit([log, "b"])
      yield* pass(2_000)
      assert.deepStrictEqual(worker.seen, ["answer b", "ack"])
    })
  )
})

describe("a worker that meets a locked log", () => {
  it.scoped(
    "answers the others at once, tries again with what was set aside at the head, and answers busy after two seconds",
    () =>
      Effect.gen(function* () {
        const worker = yield* startWorker()
        const [log, other] = [yield* worker.newGroup, yield* worker.newGroup]
        const { hold } = yield* worker.provide(ChatMemory)
        const lock = yield* Scope.make()
        yield* Scope.extend(hold(log), lock)
        yield* worker.submit([log, "held"], [other, "free"])
        yield* worker.answered("free")
        yield* pass(1_000, 50)
        yield* worker.submit([other, "new"], [log, "behind"])
        yield* worker.answered("new")
        assert.deepStrictEqual(
          worker.appended.find((texts) => texts.includes("new")),
          ["held", "new"]
        )
        yield* pass(900, 50)
        assert.strictEqual(worker.told("held"), "nothing")
        assert.isFalse(worker.seen.includes("ack"))
        yield* pass(400, 50)
        assert.strictEqual(worker.told("held"), "busy")
        assert.strictEqual(worker.told("behind"), "nothing")
        assert.strictEqual(worker.seen.filter((what) => what === "ack").length, 1)
        yield* Scope.close(lock, Exit.void)
        yield* pass(500, 50)
        assert.strictEqual(worker.told("behind"), 2)
      })
  )
})

/** What the store gives no answer to, though it may answer others. */
const silentTo =
  (isSilent: (command: Command) => boolean) =>
  (store: EventStore["Type"]): Append =>
  (commands) =>
    commands.some(isSilent)
      ? new StoreUnavailable({ operation: "append", cause: "not in time" })
      : store.append(commands)
const parked = (worker: { readonly seen: ReadonlyArray<string> }) =>
  worker.seen.filter((what) => what.startsWith("park"))

describe("a worker whose store gives no answer to one submission", () => {
  it.scoped(
    "stores the others meanwhile, and parks it when that was so five times, before what is behind it in its log",
    () =>
      Effect.gen(function* () {
        const worker = yield* startWorker({ append: silentTo(says("endless")) })
        const [log, other] = [yield* worker.newGroup, yield* worker.newGroup]
        yield* worker.submit([log, "before"], [log, "endless"], [log, "behind"], [other, "elsewhere"])
        yield* pass(2_000, 100)
        yield* worker.answered("before", "elsewhere")
        assert.deepStrictEqual(["before", "endless", "behind", "elsewhere"].map(worker.told), [
          2,
          "nothing",
          "nothing",
          2
        ])
        yield* worker.submit([other, "a"])
        yield* worker.answered("a")
        yield* pass(10_000, 100)
        const alone = worker.appended.filter((texts) => texts.join() === "endless").length
        assert.deepStrictEqual([worker.told("endless"), parked(worker)], ["nothing", []])
        // What it does while nobody else asks is not counted, however often it is tried.
        assert.isAbove(alone, 3)
        for (const text of ["b", "c"]) {
          yield* worker.submit([other, text])
          yield* worker.answered(text)
          assert.deepStrictEqual(parked(worker), [])
          yield* pass(5_000, 100)
        }
        yield* worker.submit([other, "d"])
        yield* worker.answered("d", "endless", "behind")
        assert.deepStrictEqual(["endless", "behind"].map(worker.told), ["unknown", 3])
        assert.deepStrictEqual(parked(worker), ["park endless"])
        yield* pass(1_000, 100)
        yield* until("its message is acknowledged", () => worker.seen.filter((what) => what === "ack").length === 5)
        const sent = worker.appended.length
        yield* worker.submit([log, "later"])
        yield* worker.answered("later")
        assert.deepStrictEqual(worker.appended.slice(sent), [["later"]])
      })
  )

  it.scoped("does not run it again when its sender tries", () =>
    Effect.gen(function* () {
      const worker = yield* startWorker({ append: silentTo(says("endless")) })
      const [log, other] = [yield* worker.newGroup, yield* worker.newGroup]
      const sent = yield* worker.submission(log, "endless")
      yield* worker.submitAgain(sent, "first")
      for (const n of Array.from({ length: 20 }, (_, i) => i)) {
        yield* worker.submit([other, `${n}`])
        yield* pass(500, 50)
      }
      yield* worker.answered("first")
      const before = worker.appended.length
      yield* worker.submitAgain(sent, "again")
      yield* worker.answered("again")
      assert.deepStrictEqual(
        [worker.told("first"), worker.told("again"), worker.appended.length],
        ["unknown", "unknown", before]
      )
    })
  )

  it.scoped("finds several of them that came at once, each in a log of its own", () =>
    Effect.gen(function* () {
      const worker = yield* startWorker({
        append: silentTo(({ body }) => body.kind === "post" && body.text.startsWith("endless"))
      })
      const logs = yield* Effect.all([worker.newGroup, worker.newGroup, worker.newGroup])
      const other = yield* worker.newGroup
      const texts = ["endless 1", "endless 2", "endless 3"]
      yield* worker.submit(
        ...logs.map((log, i) => [log, texts[i] ?? ""] as const),
        ...logs.map((log, i) => [log, `behind ${i}`] as const)
      )
      for (const n of Array.from({ length: 30 }, (_, i) => i)) {
        yield* worker.submit([other, `${n}`])
        yield* pass(500, 100)
      }
      yield* worker.answered(...texts, "behind 0", "behind 1", "behind 2", "29")
      assert.deepStrictEqual(texts.map(worker.told), ["unknown", "unknown", "unknown"])
      assert.deepStrictEqual(
        parked(worker).toSorted(),
        texts.map((text) => `park ${text}`)
      )
      assert.deepStrictEqual(["behind 0", "behind 1", "behind 2"].map(worker.told), [2, 2, 2])
    })
  )

  it.scoped("goes on trying while nobody else asks for anything: it may be the store", () =>
    Effect.gen(function* () {
      let isSilent = true
      const worker = yield* startWorker({ append: silentTo((command) => isSilent && says("endless")(command)) })
      yield* worker.submit([yield* worker.newGroup, "endless"])
      yield* pass(120_000, 30_000)
      assert.deepStrictEqual(worker.seen, [])
      isSilent = false
      yield* pass(2_500, 500)
      yield* worker.answered("endless")
      assert.strictEqual(worker.told("endless"), 2)
    })
  )
})

describe("a worker whose store is away", () => {
  it.scoped("for an hour, and back for a moment now and then, parks nothing and stores all in order", () =>
    Effect.flatMap(leapingClock, ({ clock, leap }) =>
      Effect.gen(function* () {
        let isAway = false
        const worker = yield* startWorker({ append: silentTo(() => isAway) }).pipe(Effect.withClock(clock))
        const logs = yield* Effect.all([worker.newGroup, worker.newGroup, worker.newGroup])
        const texts: Array<string> = []
        for (const n of Array.from({ length: 12 }, (_, i) => i)) {
          isAway = true
          const some = logs.map((log, i) => [log, `${i}:${n}`] as const)
          texts.push(...some.map(([, text]) => text))
          yield* worker.submit(...some)
          leap(5n)
          yield* pass(6_000, 2_000)
          assert.deepStrictEqual(parked(worker), [])
          if (n % 4 !== 3) continue
          isAway = false
          yield* pass(500, 500)
        }
        isAway = false
        yield* pass(6_000, 500)
        yield* worker.answered(...texts)
        assert.deepStrictEqual(parked(worker), [])
        assert.deepStrictEqual(
          texts.map(worker.told),
          texts.map((_, i) => 2 + Math.floor(i / 3))
        )
      })
    )
  )

  it.scoped(
    "holds the batch, asks with less and less of its beginning, and for nothing behind it, and stores all when the store is back",
    () =>
      Effect.gen(function* () {
        let away = false
        const worker = yield* startWorker({
          append: (store) => (commands) =>
            away ? new StoreUnavailable({ operation: "append", cause: "away" }) : store.append(commands)
        })
        const log = yield* worker.newGroup
        away = true
        worker.appended.length = 0
        yield* worker.submit([log, "a"], [log, "b"])
        yield* rest
        yield* worker.submit([log, "c"])
        yield* pass(10_000, 500)
        assert.isAtLeast(worker.appended.length, 4)
        assert.deepStrictEqual(worker.appended.slice(0, 3), [["a", "b"], ["a"], ["a"]])
        for (const texts of worker.appended.slice(1)) assert.deepStrictEqual(texts, ["a"])
        assert.deepStrictEqual(worker.seen, [])
        away = false
        // Two tries lie at most 2.4 s apart.
        yield* pass(6_000, 500)
        yield* worker.answered("a", "b", "c")
        assert.deepStrictEqual(["a", "b", "c"].map(worker.told), [2, 3, 4])
      })
  )

  it.scoped("that does not get through with so much in its time gets it in smaller parts, in order", () =>
    Effect.gen(function* () {
      const worker = yield* startWorker({
        append: (store) => (commands) =>
          commands.length > 2
            ? new StoreUnavailable({ operation: "append", cause: "too much for its time" })
            : store.append(commands)
      })
      const log = yield* worker.newGroup
      const other = yield* worker.newGroup
      yield* worker.submit([log, "a"], [log, "b"], [log, "c"], [log, "d"], [log, "e"])
      yield* worker.submit([other, "innocent"])
      yield* pass(10_000, 500)
      yield* worker.answered("a", "b", "c", "d", "e", "innocent")
      assert.deepStrictEqual(["a", "b", "c", "d", "e"].map(worker.told), [2, 3, 4, 5, 6])
    })
  )

  it.scoped("answers with the first place what was stored although the store did not say so", () =>
    Effect.gen(function* () {
      let silent = false
      const worker = yield* startWorker({
        append: (store) => (commands) =>
          Effect.zipLeft(
            store.append(commands),
            Effect.suspend(() => {
              if (!silent) return Effect.void
              silent = false
              return new StoreUnavailable({ operation: "append", cause: "the answer is lost" })
            })
          )
      })
      const log = yield* worker.newGroup
      silent = true
      yield* worker.submit([log, "a"])
      yield* pass(1_000, 50)
      yield* worker.submit([log, "b"])
      yield* worker.answered("a", "b")
      assert.deepStrictEqual(["a", "b"].map(worker.told), [2, 3])
    })
  )
})
