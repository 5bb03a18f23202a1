import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import type { Decision } from "../../src/commands/Decision.ts"
import { CommandId, ConversationId, Epoch, NodeId, UserId } from "../../src/domain/Ids.ts"
import type { IngressMessage } from "../../src/ports/Ingress.ts"
import type { Submission } from "../../src/ports/Submission.ts"
import { answersBytesMax, envelopeBytesMax } from "../../src/worker/CommitPublisher.ts"
import { heldForMs, WorkerQueue } from "../../src/worker/WorkerQueue.ts"

const uuid = (n: number, version = 7) => `00000000-0000-${version}000-8000-${n.toString(16).padStart(12, "0")}`
const node = NodeId.make(uuid(1))
const by = UserId.make(uuid(2))
const epoch = Epoch.make(uuid(3))
const logOf = (n: number) => ConversationId.make(uuid(1_000 + n))

let ids = 0
const submission = (log: number, commands = 1): Submission => ({
  v: 1,
  to: node,
  key: "s1",
  log: logOf(log),
  commands: Array.from({ length: commands }, () => ({
    log: logOf(log),
    id: CommandId.make(uuid(++ids)),
    by,
    device: null,
    epoch,
    body: { kind: "post", text: "hi" }
  }))
})
const largest = Array.from({ length: 100 }, () => ({ log: logOf(1), id: CommandId.make(uuid(++ids)), kind: "newer" }))
const message = (...submissions: ReadonlyArray<Submission>): IngressMessage => ({
  partition: 0,
  submissions,
  unread: [],
  isReplayed: false,
  ack: Effect.void
})
const stored: Decision = { _tag: "Appended", seq: 1, at: 1 }
const aside: Decision = { _tag: "SetAside" }

describe("a worker's queue", () => {
  it("tries alone, and lets wait, what did not get all of its many logs twice, and again after four more tries", () => {
    const queue = new WorkerQueue()
    const adding = submission(1)
    const [command] = adding.commands
    if (command === undefined) throw new Error("no command")
    const add = { ...adding, commands: [{ ...command, body: { kind: "add" as const, userIds: [by] } }] }
    const post = submission(2)
    queue.add([message(add, post)])
    const tried: Array<readonly [ReadonlyArray<string>, boolean]> = []
    for (let n = 0; n < 9; n++) {
      const batch = queue.next(0)
      tried.push([batch.map(({ submission }) => submission.log), queue.isWaitingAlone])
      queue.decide(
        batch,
        batch.map(() => aside),
        0
      )
    }
    const [all, alone] = [[add.log, post.log], [add.log]]
    const together = [all, false] as const
    const waiting = [alone, true] as const
    assert.deepStrictEqual(tried, [
      together,
      together,
      waiting,
      together,
      together,
      together,
      together,
      waiting,
      together
    ])
  })

  it("answers a submission when all its commands are decided, and is done with a message when all its submissions are", () => {
    const queue = new WorkerQueue()
    queue.add([message(submission(1, 2), submission(2))])
    const batch = queue.batch()
    const first = queue.decide(batch, [stored, stored, aside], 0)
    assert.deepStrictEqual(
      first.settled.map((s) => s.answer.log),
      [logOf(1)]
    )
    assert.strictEqual(first.done.length, 0)
    const second = queue.decide(queue.batch(), [stored], 1)
    assert.deepStrictEqual(
      second.settled.map((s) => s.answer.log),
      [logOf(2)]
    )
    assert.strictEqual(second.done.length, 1)
  })

  it("has some hundred commands in a batch, and divides no submission", () => {
    const queue = new WorkerQueue()
    queue.add([
      message(...Array.from({ length: 9 }, (_, log) => submission(log, 90))),
      message(submission(9, 4_000), submission(10))
    ])
    const counts: Array<number> = []
    while (queue.size > 0) {
      const batch = queue.batch()
      const commands = batch.flatMap(({ rest }) => rest)
      counts.push(commands.length)
      queue.decide(
        batch,
        commands.map(() => stored),
        0
      )
    }
    assert.deepStrictEqual(counts, [450, 360, 4_000, 1])
  })

  it("answers of one batch so little that it goes uncut beside the changes of an envelope", () => {
    const queue = new WorkerQueue()
    const key = "0190a6b4-0000-7000-8000-00000000000d/0190a6b4-0000-7000-8000-00000000000d"
    const seq = Number.MAX_SAFE_INTEGER
    // What was decided before of a submission is answered with its last command, which waits for a lock here until many
    // do.
    queue.add([message(...Array.from({ length: 1_100 }, (_, log) => ({ ...submission(log, 50), key })))])
    const sizes: Array<number> = []
    for (let rounds = 0; queue.size > 0 && rounds < 1_000; rounds++) {
      const batch = queue.batch()
      const decisions = batch.flatMap(({ rest }) =>
        rest.map((_, i): Decision => {
          const waits = i === rest.length - 1 && (rest.length > 1 || rounds < 60)
          return waits ? aside : { _tag: "Appended", seq, at: seq }
        })
      )
      const { settled } = queue.decide(batch, decisions, 0)
      sizes.push(Buffer.byteLength(JSON.stringify(settled.map(({ answer }) => answer))))
    }
    assert.strictEqual(queue.size, 0)
    // The longest of refusals and of what is not taken, one command each.
    const short = new WorkerQueue()
    short.add([message(...Array.from({ length: 3_000 }, (_, log) => ({ ...submission(log), key })))])
    for (const decision of [{ _tag: "Refused", code: "invalid_target" }, stored] as const) {
      const batch = short.batch()
      const { settled } = short.decide(
        batch,
        batch.map((): Decision => decision),
        0
      )
      sizes.push(Buffer.byteLength(JSON.stringify(settled.map(({ answer }) => answer))))
    }
    assert.isAbove(Math.max(...sizes), answersBytesMax / 4)
    assert.isBelow(Math.max(...sizes), answersBytesMax)
    // RabbitMQ takes 16 MiB in one message.
    assert.isBelow(envelopeBytesMax + answersBytesMax, 16_777_216 / 2)
  })

  it("lets what was set aside lead the next batch, and later submissions of its log wait behind it", () => {
    const queue = new WorkerQueue()
    const [early, late, other] = [submission(1), submission(1), submission(2)]
    queue.add([message(early)])
    queue.decide(queue.batch(), [aside], 0)
    queue.add([message(late, other)])
    const batch = queue.batch()
    assert.deepStrictEqual(
      batch.map((held) => held.submission),
      [early, other]
    )
    queue.decide(batch, [stored, stored], 1)
    assert.deepStrictEqual(
      queue.batch().map((held) => held.submission),
      [late]
    )
  })

  it("lets what can't be read go apart from the rest, as much at once as a batch answers, and is done with a message when all of it is", () => {
    const queue = new WorkerQueue()
    const sound = submission(1)
    const unread = Array.from({ length: 6 }, (_, n) => ({ content: n, asked: { ...sound, commands: largest } }))
    const nobodys = { content: "nobody's", asked: undefined }
    queue.add([{ ...message(sound), unread: [...unread, nobodys] }])
    assert.deepStrictEqual([queue.size, queue.hasUnread], [8, true])
    assert.strictEqual(queue.decide(queue.batch(), [stored], 0).done.length, 0)
    const [first, last] = [queue.unreadBatch(), queue.letGoUnread(queue.unreadBatch()) && queue.unreadBatch()]
    assert.deepStrictEqual(
      [first, last].map((held) => held.map(({ unread: { content } }) => content)),
      [
        [0, 1, 2, 3, 4],
        [5, "nobody's"]
      ]
    )
    const { done, settled } = queue.letGoUnread(last)
    assert.deepStrictEqual(
      settled.map(({ answer }) => answer.result),
      [{ _tag: "Busy", code: "unknown", retryAfterMs: 30_000, ids: largest.map(({ id }) => id) }]
    )
    assert.deepStrictEqual([done.length, queue.size], [1, 0])
  })

  it("tells whether something earlier of a log is held", () => {
    const queue = new WorkerQueue()
    queue.add([message(submission(1), submission(2), submission(1))])
    assert.deepStrictEqual(
      queue.batch().map((held) => queue.isBehind(held)),
      [false, false, true]
    )
  })

  it("has room for the others in each transaction, however much of one log waits for its lock", () => {
    const queue = new WorkerQueue()
    const locked = Array.from({ length: 1_200 }, () => submission(1))
    queue.add([message(...locked)])
    queue.decide(queue.batch(), Array(500).fill(aside), 0)
    const other = submission(2)
    queue.add([message(other)])
    const batch = queue.batch()
    assert.deepStrictEqual(
      batch.map((held) => held.submission),
      [locked[0], other]
    )
    queue.decide(batch, [stored, stored], 1)
    // The lock is free: the rest goes as fast as ever.
    assert.deepStrictEqual(
      queue.batch().map((held) => held.submission),
      locked.slice(1, 501)
    )
  })

  it("answers all of a log busy that waited for two seconds, tried or not, no more in one batch than one has otherwise", () => {
    const queue = new WorkerQueue()
    queue.add([message(...Array.from({ length: 1_200 }, () => submission(1)))])
    queue.decide(queue.batch(), Array(500).fill(aside), 0)
    const counts: Array<number> = []
    for (let turn = 0; queue.size > 0 && turn < 10; turn++)
      counts.push(queue.decide(queue.batch(), [aside], heldForMs).settled.length)
    assert.deepStrictEqual(counts, [500, 500, 200])
    assert.isFalse(queue.hasSetAside)
  })

  it("answers busy after two seconds aside, and lets the message go", () => {
    const queue = new WorkerQueue()
    queue.add([message(submission(1))])
    assert.strictEqual(queue.decide(queue.batch(), [aside], 0).settled.length, 0)
    assert.strictEqual(queue.decide(queue.batch(), [aside], heldForMs - 1).settled.length, 0)
    const last = queue.decide(queue.batch(), [aside], heldForMs)
    assert.deepStrictEqual(
      last.settled.map((s) => s.answer.result._tag),
      ["Busy"]
    )
    assert.strictEqual(last.done.length, 1)
    assert.strictEqual(queue.size, 0)
  })

  it("tells what was decided apart from what was not, when it lets a submission go", () => {
    const queue = new WorkerQueue()
    queue.add([message(submission(1, 2))])
    queue.decide(queue.batch(), [stored, aside], 0)
    const last = queue.decide(queue.batch(), [aside], heldForMs)
    assert.deepStrictEqual(
      last.settled.map((s) => s.answer.result._tag),
      ["Decided", "Busy"]
    )
  })

  it("tries what the store alone did not answer to by turns with the others, and holds what is behind it in its log", () => {
    const queue = new WorkerQueue()
    queue.add([message(submission(1), submission(1), submission(2), submission(3))])
    const [suspect, behind, ...others] = queue.batch()
    assert.isTrue(suspect !== undefined && behind !== undefined)
    if (suspect === undefined || behind === undefined) return
    queue.unanswered([suspect, behind], "", 0)
    assert.strictEqual(queue.isSuspected([suspect]), false)
    queue.unanswered([suspect], "", 0)
    assert.deepStrictEqual([queue.isSuspected([suspect]), queue.restMs(0)], [true, 0])
    assert.deepStrictEqual(queue.next(0), others)
    assert.deepStrictEqual(queue.next(0), [suspect])
    queue.unanswered([suspect], "", 0)
    assert.deepStrictEqual(queue.next(0), others)
    queue.decide(others, [stored, stored], 0)
    assert.deepStrictEqual(queue.next(0), [suspect])
    queue.unanswered([suspect], "the last", 0)
    assert.deepStrictEqual([queue.next(0), queue.restMs(0), queue.next(1_000)], [[], 1_000, [suspect]])
    for (const n of [1, 2, 3, 4]) {
      assert.deepStrictEqual(queue.guilty(), [])
      queue.add([message(submission(3))])
      queue.decide(queue.batch(), [stored], n)
      if (n < 4) queue.unanswered([suspect], "the last", 1_000)
    }
    assert.deepStrictEqual(queue.guilty(), [[suspect, "the last"]])
    assert.strictEqual(queue.letGo(suspect).settled[0]?.answer.result._tag, "Busy")
    assert.deepStrictEqual([queue.guilty(), queue.next(1_000)], [[], [behind]])
  })

  it("counts nothing against a suspect that the store answers, or while it stores nothing", () => {
    const queue = new WorkerQueue()
    queue.add([message(submission(1))])
    const suspect = queue.batch()
    for (const decision of [
      aside,
      { _tag: "Refused", code: "forbidden" },
      { _tag: "Repeated", seq: 1, at: 1 }
    ] as const) {
      for (let n = 0; n < 5; n++) {
        queue.unanswered(suspect, "", n)
        queue.add([message(submission(2))])
        queue.decide(queue.batch(), [decision], n)
        if (decision._tag === "SetAside") queue.decide(queue.batch(), [{ _tag: "Refused", code: "forbidden" }], n)
      }
    }
    assert.deepStrictEqual(queue.guilty(), [])
    queue.decide(suspect, [aside], 10)
    assert.deepStrictEqual([queue.isSuspected(suspect), queue.next(10)], [false, suspect])
  })

  it("waits longer between tries, up to a quarter of a second", () => {
    const queue = new WorkerQueue()
    queue.add([message(submission(1))])
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((ms) => {
      queue.decide(queue.batch(), [aside], ms)
      return queue.retryAfterMs
    })
    assert.deepStrictEqual(delays, [10, 20, 40, 80, 160, 250, 250, 250])
  })

  it("answers every command once and keeps the order of each log, whatever is set aside", () => {
    const plan = fc.record({
      logs: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 }),
      locked: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 30 })
    })
    fc.assert(
      fc.property(plan, ({ locked, logs }) => {
        const queue = new WorkerQueue()
        const submissions = logs.map((log) => submission(log))
        queue.add(submissions.map((s) => message(s)))
        const decided: Array<CommandId> = []
        const answered: Array<CommandId> = []
        for (let round = 0; queue.size > 0 && round < 100; round++) {
          const blocked = new Set(locked[round] === undefined ? [] : [logOf(locked[round] ?? 0)])
          const batch = queue.batch()
          const decisions = batch.flatMap((held) =>
            held.rest.map((command) => {
              if (blocked.has(command.log)) return aside
              decided.push(command.id)
              return stored
            })
          )
          for (const { answer } of queue.decide(batch, decisions, round).settled) {
            if (answer.result._tag === "Decided") answered.push(...answer.result.outcomes.map((o) => o.id))
          }
        }
        const expected = (log: number) => submissions.filter((s) => s.log === logOf(log)).map((s) => s.commands[0]?.id)
        for (const log of [1, 2, 3, 4]) {
          const own = new Set(expected(log))
          assert.deepStrictEqual(
            decided.filter((id) => own.has(id)),
            expected(log) as Array<CommandId>
          )
        }
        assert.deepStrictEqual([...answered].sort(), submissions.flatMap((s) => s.commands.map((c) => c.id)).sort())
      }),
      { numRuns: 1_000 }
    )
  })
})
