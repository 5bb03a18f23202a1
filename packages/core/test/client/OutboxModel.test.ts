import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { Outbox } from "../../src/client/outbox/Outbox.ts"
import type { OutboxRow } from "../../src/client/outbox/OutboxRow.ts"
import { CommandId, ConversationId, Epoch } from "../../src/domain/Ids.ts"
import type { CommandFrame } from "../../src/protocol/ClientFrame.ts"
import type { ServerFrame } from "../../src/protocol/ServerFrame.ts"

const uuid = (n: number) => `0190b0c0-1111-7abc-8def-${n.toString(16).padStart(12, "0")}`
const epoch = Epoch.make(uuid(1))
const rooms = [ConversationId.make(uuid(0xa0)), ConversationId.make(uuid(0xb0))] as const
const at = 0

/** Decides as a worker does: by id, once; a withdrawn id never comes back. Every 11th id is refused. */
class ModelServer {
  readonly logs = new Map<ConversationId, Array<string>>()
  readonly #decided = new Map<CommandId, "stored" | "withdrawn" | "refused">()
  stored = 0

  run(frame: CommandFrame): ReadonlyArray<ServerFrame> {
    const { conversationId } = frame
    if (frame.op === "post") return frame.posts.map(({ id, text }) => this.#decide(conversationId, id, text))
    if (frame.op === "withdraw") {
      const before = this.#decided.get(frame.id)
      if (before === "refused") return [{ op: "refused", id: frame.id, conversationId, code: "forbidden" }]
      if (before === "stored") this.#log(conversationId).push(`deleted ${frame.id}`)
      if (before !== "withdrawn" && before !== "stored") this.#decided.set(frame.id, "withdrawn")
      return [{ op: "refused", id: frame.id, conversationId, code: "withdrawn" }]
    }
    return [this.#decide(conversationId, frame.id, frame.op)]
  }

  #decide(conversationId: ConversationId, id: CommandId, what: string): ServerFrame {
    const before = this.#decided.get(id)
    const verdict = before ?? (Number.parseInt(id.slice(-4), 16) % 11 === 0 ? "refused" : "stored")
    this.#decided.set(id, verdict)
    if (verdict !== "stored")
      return { op: "refused", id, conversationId, code: verdict === "withdrawn" ? "withdrawn" : "forbidden" }
    if (before === undefined) {
      this.#log(conversationId).push(`${id} ${what}`)
      this.stored++
    }
    return { op: "accepted", id, conversationId, seq: 1, at }
  }

  #log(conversationId: ConversationId): Array<string> {
    const log = this.logs.get(conversationId) ?? []
    this.logs.set(conversationId, log)
    return log
  }
}

type Step =
  | { readonly do: "add"; readonly room: number; readonly kind: number }
  | {
      readonly do:
        | "take"
        | "run"
        | "late"
        | "loseFrame"
        | "loseAnswer"
        | "answer"
        | "busy"
        | "reconnect"
        | "crash"
        | "expire"
        | "hasten"
        | "withdraw"
        | "event"
      readonly pick: number
    }

const pick = FastCheck.nat(20)
const step: FastCheck.Arbitrary<Step> = FastCheck.oneof(
  {
    weight: 6,
    arbitrary: FastCheck.record({
      do: FastCheck.constant("add" as const),
      room: FastCheck.nat(1),
      kind: FastCheck.nat(4)
    })
  },
  { weight: 5, arbitrary: FastCheck.record({ do: FastCheck.constant("take" as const), pick }) },
  { weight: 5, arbitrary: FastCheck.record({ do: FastCheck.constantFrom("run" as const, "answer" as const), pick }) },
  {
    weight: 5,
    arbitrary: FastCheck.record({
      do: FastCheck.constantFrom(
        "late" as const,
        "loseFrame" as const,
        "loseAnswer" as const,
        "busy" as const,
        "reconnect" as const,
        "crash" as const,
        "expire" as const,
        "hasten" as const,
        "withdraw" as const,
        "event" as const
      ),
      pick
    })
  }
)

/** One device, a lossy way and a server. Frames of a cut connection may be run long after it, as a broker's may. */
class World {
  outbox = new Outbox()
  readonly kept = new Map<CommandId, OutboxRow>()
  readonly server = new ModelServer()
  under: Array<CommandFrame> = []
  zombies: Array<CommandFrame> = []
  answers: Array<ServerFrame> = []
  now = 0
  added: Array<{ readonly id: CommandId; readonly room: ConversationId }> = []
  withdrawn = new Set<CommandId>()

  persist(): void {
    const { put, removed } = this.outbox.takeChanges()
    for (const row of put) this.kept.set(row.id, row)
    for (const id of removed) this.kept.delete(id)
  }

  take(): void {
    const frames = this.outbox.takeFrames(this.now)
    this.persist()
    this.under.push(...frames)
  }

  deliver(frame: ServerFrame): void {
    if (frame.op === "accepted") this.outbox.accepted(frame.conversationId, frame.id)
    if (frame.op === "refused") this.outbox.refused(frame.conversationId, frame.id, frame.code)
    if (frame.op === "busy") this.outbox.busy(frame.conversationId, frame.code, frame.retryAfterMs, this.now)
  }

  reconnect(): void {
    this.zombies.push(...this.under)
    this.under = []
    this.answers = []
    this.outbox.disconnected()
    this.outbox.enterEpoch(epoch)
  }

  act(step: Step, n: number): void {
    this.now += 100
    if (step.do === "add") {
      const id = CommandId.make(uuid(0x1000 + n))
      const room = rooms[step.room] ?? rooms[0]
      const row = this.outbox.add({
        id,
        conversationId: room,
        epoch,
        at,
        body: step.kind === 0 ? { kind: "react", target: 1, emoji: "x", on: true } : { kind: "post", text: "t" }
      })
      assert.isObject(row)
      this.added.push({ id, room })
      // Kept at once, as the runtime does before anything else is told.
      this.persist()
      return
    }
    const choose = <A>(from: Array<A>): A | undefined => from[step.pick % Math.max(1, from.length)]
    const first = this.under[0]
    switch (step.do) {
      case "take":
        return this.take()
      case "run":
        if (first !== undefined) this.answers.push(...this.server.run(first))
        this.under.shift()
        return
      case "loseAnswer":
        if (first !== undefined) this.server.run(first)
        this.under.shift()
        return
      case "loseFrame":
        this.under.shift()
        return
      case "late": {
        const zombie = choose(this.zombies)
        if (zombie !== undefined) this.server.run(zombie)
        return
      }
      case "busy":
        if (first !== undefined)
          this.answers.push({
            op: "busy",
            conversationId: first.conversationId,
            code: step.pick % 3 === 0 ? "unknown" : "busy",
            retryAfterMs: 150
          })
        if (step.pick % 2 === 0 && first !== undefined) this.zombies.push(first)
        this.under.shift()
        return
      case "answer": {
        const answer = this.answers.shift()
        if (answer !== undefined) this.deliver(answer)
        this.persist()
        break
      }
      case "event": {
        // The own event in the stream: as good as an answer.
        const row = choose(this.added)
        if (row !== undefined && this.server.logs.get(row.room)?.some((line) => line.startsWith(row.id)))
          this.outbox.accepted(row.room, row.id)
        this.persist()
        break
      }
      case "reconnect":
        return this.reconnect()
      case "expire":
        this.now += 40_000
        this.outbox.expire(this.now)
        break
      case "hasten":
        return this.outbox.hasten()
      case "withdraw": {
        const row = choose(this.added)
        if (row !== undefined && this.outbox.withdraw(row.id) === undefined) this.withdrawn.add(row.id)
        this.persist()
        break
      }
      case "crash":
        this.outbox = new Outbox()
        this.outbox.restore([...this.kept.values()])
        return this.reconnect()
    }
  }
}

describe("an outbox and a server with a lossy way between them", () => {
  it("nothing is lost or stored twice, order is kept, and everything ends", () => {
    const seen = { stored: 0, withdrawn: 0, refused: 0, zombies: 0 }
    FastCheck.assert(
      FastCheck.property(FastCheck.array(step, { maxLength: 120, size: "max" }), (steps) => {
        const world = new World()
        world.outbox.enterEpoch(epoch)
        steps.forEach((s, n) => {
          world.act(s, n)
        })
        seen.zombies += world.zombies.length
        world.reconnect()
        let rounds = 0
        while (rooms.some((room) => world.outbox.rows(room).some((row) => row.state !== "failed"))) {
          assert.isBelow(rounds++, 400, "does not end")
          world.now += 60_000
          world.take()
          for (const frame of world.under.splice(0)) for (const answer of world.server.run(frame)) world.deliver(answer)
        }
        for (const zombie of world.zombies) world.server.run(zombie)
        for (const room of rooms) {
          const log = world.server.logs.get(room) ?? []
          const storedIds = log.filter((line) => !line.startsWith("deleted")).map((line) => line.split(" ")[0])
          const wanted = world.added.filter((row) => row.room === room).map((row) => row.id)
          assert.deepStrictEqual(
            storedIds,
            wanted.filter((id) => storedIds.includes(id)),
            "order or duplicates"
          )
          for (const id of wanted) {
            const failed = world.outbox.row(id)?.state === "failed"
            const visible = storedIds.includes(id) && !log.includes(`deleted ${id}`)
            if (world.withdrawn.has(id)) assert.isFalse(visible, "withdrawn and visible")
            else assert.strictEqual(visible, !failed, failed ? "refused but stored" : "lost")
          }
          seen.refused += world.outbox.rows(room).length
        }
        seen.stored += world.server.stored
        seen.withdrawn += world.withdrawn.size
      }),
      { numRuns: 2_000 }
    )
    // No empty proof: each of these happened.
    for (const [what, count] of Object.entries(seen)) assert.isAbove(count, 100, what)
  })
})
