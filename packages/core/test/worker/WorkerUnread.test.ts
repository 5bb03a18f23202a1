/** A worker meets submissions that its version can't read. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type IngressMessage, IngressUnavailable } from "../../src/ports/Ingress.ts"
import { pass, rest, until } from "../world/waiting.ts"
import { startWorker } from "./workerStage.ts"

/** As a version reads it that does not know this kind. */
const read = ({ submissions, unread }: IngressMessage) => {
  const isNewer = ({ commands }: IngressMessage["submissions"][number]) =>
    commands.some(({ body }) => body.kind === "post" && body.text === "newer")
  const asked = submissions.filter(isNewer)
  const commandsOf = ({ commands }: (typeof asked)[number]) =>
    commands.map(({ id, log }) => ({ id, log, kind: "newer" }))
  return {
    submissions: submissions.filter((each) => !isNewer(each)),
    unread: [...unread, ...asked.map((each) => ({ content: each, asked: { ...each, commands: commandsOf(each) } }))]
  }
}

describe("what a worker can't read", () => {
  it.scoped("is parked after the others were decided, and their message is acknowledged when it was", () =>
    Effect.gen(function* () {
      let isAway = true
      const worker = yield* startWorker({
        read,
        park: () => (isAway ? new IngressUnavailable({ code: "busy", retryAfterMs: 1 }) : Effect.void)
      })
      const log = yield* worker.newGroup
      yield* worker.submit([log, "before"], [log, "newer"], [log, "after"])
      yield* until("it is tried to park it", () => worker.seen.includes("park newer"))
      yield* rest
      assert.deepStrictEqual([...new Set(worker.seen)], ["answer before", "answer after", "park newer"])
      isAway = false
      yield* pass(2_500)
      yield* worker.answered("newer")
      assert.deepStrictEqual(["before", "newer", "after"].map(worker.told), [2, "unknown", 3])
      assert.deepStrictEqual([...new Set(worker.seen)].slice(2), ["park newer", "answer newer", "ack"])
    })
  )

  it.scoped("is not parked again when its sender tries, but when it was replayed", () =>
    Effect.gen(function* () {
      let isReplayed = false
      const worker = yield* startWorker({ read, isReplayed: () => isReplayed })
      const sent = yield* worker.submission(yield* worker.newGroup, "newer")
      const again = (key: string) => Effect.zipRight(worker.submitAgain(sent, key), worker.answered(key))
      yield* again("first")
      yield* again("again")
      isReplayed = true
      yield* again("replayed")
      yield* until("all are acknowledged", () => worker.seen.filter((what) => what === "ack").length === 3)
      assert.deepStrictEqual(["first", "again", "replayed"].map(worker.told), ["unknown", "unknown", "unknown"])
      assert.deepStrictEqual(worker.seen, [
        "park first",
        "answer first",
        "ack",
        "answer again",
        "ack",
        "park replayed",
        "answer replayed",
        "ack"
      ])
      assert.deepStrictEqual(worker.appended.flat(), [])
    })
  )

  it.scoped("is run when it comes again in a form that can be read, or is withdrawn", () =>
    Effect.gen(function* () {
      const worker = yield* startWorker({ read })
      const log = yield* worker.newGroup
      const [sent, other] = [yield* worker.submission(log, "newer"), yield* worker.submission(log, "newer")]
      yield* worker.submitAgain(sent, "sent")
      yield* worker.submitAgain(other, "other")
      yield* worker.answered("sent", "other")
      yield* worker.submitAgain(other, "plain", { kind: "post", text: "plain" })
      yield* worker.answered("plain")
      assert.strictEqual(worker.told("plain"), 2)
      yield* worker.submitAgain(sent, "withdrawn", { kind: "withdraw" })
      yield* worker.answered("withdrawn")
      assert.strictEqual(worker.told("withdrawn"), "withdrawn")
    })
  )
})
