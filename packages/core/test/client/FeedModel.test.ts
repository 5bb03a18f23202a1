import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { Feed } from "../../src/client/feed/Feed.ts"
import type { HistoryPage } from "../../src/domain/Conversation.ts"
import type { LogEvent } from "../../src/domain/Event.ts"
import { ConversationId } from "../../src/domain/Ids.ts"
import { drafts, ModelLog, me } from "./modelLog.ts"

const room = ConversationId.make("0190b0c0-1111-7abc-8def-0000000000c1")

interface Step {
  readonly do:
    | "grow"
    | "send"
    | "again"
    | "lose"
    | "behind"
    | "accepted"
    | "range"
    | "latest"
    | "before"
    | "after"
    | "around"
    | "changed"
    | "answer"
    | "swap"
    | "trim"
    | "reset"
    | "disconnect"
  readonly n: number
}
const step: FastCheck.Arbitrary<Step> = FastCheck.oneof(
  {
    weight: 6,
    arbitrary: FastCheck.record({ do: FastCheck.constantFrom("grow" as const, "send" as const), n: FastCheck.nat(12) })
  },
  {
    weight: 2,
    arbitrary: FastCheck.record({
      do: FastCheck.constantFrom("again" as const, "lose" as const, "range" as const, "accepted" as const),
      n: FastCheck.nat(12)
    })
  },
  {
    weight: 1,
    arbitrary: FastCheck.record({
      do: FastCheck.constantFrom("behind" as const, "trim" as const),
      n: FastCheck.nat(12)
    })
  },
  {
    weight: 4,
    arbitrary: FastCheck.record({
      do: FastCheck.constantFrom(
        "latest" as const,
        "before" as const,
        "after" as const,
        "around" as const,
        "changed" as const
      ),
      n: FastCheck.nat(80)
    })
  },
  {
    weight: 5,
    arbitrary: FastCheck.record({
      do: FastCheck.constantFrom("answer" as const, "swap" as const),
      n: FastCheck.nat(12)
    })
  },
  {
    weight: 1,
    arbitrary: FastCheck.record({
      do: FastCheck.constantFrom("reset" as const, "disconnect" as const, "grow" as const),
      n: FastCheck.nat(12)
    })
  }
)

class World {
  feed = new Feed(room, me)
  /** How much of the log exists by now, and how far the server's stream is. */
  head: number
  sent: number
  answers: Array<() => void> = []
  readonly applied: Array<number> = []
  acked = 0

  constructor(
    readonly log: ModelLog,
    start: number,
    readonly visibleFrom: number
  ) {
    this.head = Math.min(start, log.head)
    this.sent = this.head
    this.feed.behind(this.head)
  }

  slice(from: number, to: number): void {
    const shown = this.log.events.slice(Math.max(from, this.visibleFrom) - 1, to)
    if (from < this.visibleFrom && from <= to) this.note(this.feed.withheld(from, Math.min(to, this.visibleFrom - 1)))
    this.note(this.feed.events(shown))
  }

  note(events: ReadonlyArray<LogEvent>): void {
    for (const event of events) this.applied.push(event.seq)
  }

  act({ do: what, n }: Step): void {
    const { feed, log } = this
    const later = (answer: () => void) => {
      this.answers.push(answer)
    }
    const page = (place: { before?: number; after?: number; around?: number }) => {
      const answer: HistoryPage = log.page(this.head, this.visibleFrom, 1 + (n % 7), place)
      later(() => feed === this.feed && feed.page(answer, place))
    }
    const place = 1 + (n % Math.max(1, this.head))
    switch (what) {
      case "grow":
        this.head = Math.min(log.head, this.head + n)
        break
      case "send": {
        const to = Math.min(this.head, this.sent + n)
        this.slice(this.sent + 1, to)
        this.sent = to
        break
      }
      case "again":
        this.slice(Math.max(1, this.sent - n), this.sent)
        break
      case "lose":
        this.sent = Math.min(this.head, this.sent + n)
        break
      case "range": {
        const hole = feed.log.hole()
        if (hole !== undefined) this.slice(hole.from, Math.min(hole.to, this.head))
        break
      }
      case "accepted": {
        // In place when it is the stream's next, else told at once; its command may not be known any more.
        const own = log.events[this.sent + (n % 3)]
        if (own === undefined || own.by !== me || own.seq > this.head || own.seq < this.visibleFrom) break
        if (own.seq === this.sent + 1 && n % 2 === 0) this.sent = own.seq
        this.note(feed.accepted(own.seq, n % 4 === 0 ? undefined : own))
        break
      }
      case "behind":
        this.sent = this.head
        this.note(feed.behind(this.head))
        break
      case "latest":
        page({})
        break
      case "before":
        page({ before: place })
        break
      case "after":
        page({ after: place })
        break
      case "around":
        page({ around: place })
        break
      case "changed": {
        const stale = feed.stale[n % Math.max(1, feed.stale.length)]
        if (stale === undefined) break
        // One part exactly, or all of the log since a time that some parts are older than.
        const [from, to] = n % 3 === 0 ? [1, Math.max(1, this.head)] : [stale.from, stale.to]
        const answer = log.changedSince(this.head, this.visibleFrom, stale.asOf, from, to, 1 + (n % 4))
        later(() => feed.changed(answer, stale.asOf, from, to))
        break
      }
      case "answer":
        this.answers.shift()?.()
        break
      case "swap":
        this.answers.splice(n % Math.max(1, this.answers.length), 1)[0]?.()
        break
      case "trim":
        feed.trim(n)
        break
      case "reset":
        this.sent = this.head
        this.answers = []
        feed.reset(this.head)
        break
      case "disconnect":
        feed.log.disconnected()
        this.sent = feed.cursor
        this.acked = 0
        break
    }
  }

  check(): void {
    const { feed, log } = this
    assert.isAtMost(feed.log.acknowledgeable, this.sent, "acknowledged more than the stream sent")
    for (let seq = this.visibleFrom; seq <= feed.cursor; seq++) {
      if (!feed.isHeld(seq, seq)) continue
      const row = feed.row(seq)
      // A page may be newer than the cursor: then its rows are.
      assert.deepStrictEqual(row, log.at(Math.max(feed.cursor, row?.rev ?? 0)).get(seq), `row ${seq} at ${feed.cursor}`)
    }
    for (const event of log.events)
      if (event.by === me) assert.strictEqual(feed.holds(event.id), feed.row(event.seq) !== undefined)
    for (const entry of feed.timeline()) if (entry._tag === "row") assert.isAtMost(entry.row.seq, feed.cursor)
  }

  heal(): void {
    this.answers = []
    this.head = this.log.head
    this.slice(this.sent + 1, this.head)
    this.sent = this.head
    let rounds = 0
    for (let hole = this.feed.log.hole(); hole !== undefined; hole = this.feed.log.hole()) {
      assert.isBelow(rounds++, 100)
      this.slice(hole.from, hole.to)
    }
    // What was lost at the stream's end shows only when the next comes, or by coming back.
    this.act({ do: "disconnect", n: 0 })
    this.slice(this.sent + 1, this.head)
    this.sent = this.head
    for (let stale = this.feed.stale[0]; stale !== undefined; stale = this.feed.stale[0]) {
      assert.isBelow(rounds++, 500)
      this.feed.changed(
        this.log.changedSince(this.head, this.visibleFrom, stale.asOf, stale.from, stale.to, 2),
        stale.asOf,
        stale.from,
        stale.to
      )
    }
    for (let gap = this.feed.gaps.at(-1); gap !== undefined; gap = this.feed.gaps.at(-1)) {
      assert.isBelow(rounds++, 500)
      const place = { before: gap.to + 1 }
      this.feed.page(this.log.page(this.head, this.visibleFrom, 5, place), place)
    }
  }
}

describe("a feed under any stream", () => {
  it("ends with the rows of a plain fold, shows nothing wrong on the way, and lets every event through once and in order", () => {
    const seen: Record<string, number> = {}
    FastCheck.assert(
      FastCheck.property(
        drafts,
        FastCheck.nat(30),
        FastCheck.nat(10),
        FastCheck.array(step, { maxLength: 60, size: "max" }),
        (all, start, hidden, steps) => {
          const log = new ModelLog(all)
          const world = new World(log, start, 1 + Math.min(hidden, Math.floor(log.head / 2)))
          for (const s of steps) {
            seen[s.do] = (seen[s.do] ?? 0) + 1
            if (world.feed.log.hole() !== undefined) seen["hole"] = (seen["hole"] ?? 0) + 1
            if (world.feed.stale.length > 0) seen["stale"] = (seen["stale"] ?? 0) + 1
            world.act(s)
            world.check()
          }
          world.heal()
          world.check()
          const visible = new Map([...log.at(log.head)].filter(([seq]) => seq >= world.visibleFrom))
          const rows = world.feed
            .timeline()
            .map((entry) => (entry._tag === "row" ? entry.row : assert.fail("a gap is left")))
          assert.deepStrictEqual(
            rows,
            [...visible.values()].sort((a, b) => a.seq - b.seq)
          )
          assert.deepStrictEqual(
            world.applied,
            [...new Set(world.applied)].sort((a, b) => a - b)
          )
        }
      ),
      { numRuns: 1_000 }
    )
    for (const what of ["hole", "stale", "accepted", "behind", "reset", "changed"])
      assert.isAbove(seen[what] ?? 0, 100, what)
  })

  it("leaves a row that is newer than an answer as it is, though the row has become stale since", () => {
    const posts = Array.from({ length: 29 }, () => ({ kind: 0, by: 0, target: 0, emoji: 0 }))
    const log = new ModelLog([...posts, { kind: 5, by: 0, target: 14, emoji: 0 }, ...posts])
    const feed = new Feed(room, me)
    feed.behind(10)
    const latest = log.page(10, 1, 1, {})
    feed.behind(20)
    feed.page(latest, {})
    feed.page(log.page(20, 1, 1, { after: 14 }), { after: 14 })
    const answer = log.changedSince(25, 1, 10, 1, 25, 25)
    feed.events(log.events.slice(20, 30))
    assert.strictEqual(feed.row(15)?.rev, 30)
    feed.behind(40)
    feed.changed(answer, 10, 1, 25)
    assert.strictEqual(feed.row(15)?.rev, 30)
    assert.deepStrictEqual(feed.stale[0], { from: 10, to: 10, asOf: 25 })
  })
})
