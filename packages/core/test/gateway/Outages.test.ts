import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric } from "effect"
import { socketFaults } from "../../src/gateway/device/SocketFaults.ts"
import { StoreUnavailable } from "../../src/ports/EventStore.ts"
import { PresenceUnavailable } from "../../src/ports/Presence.ts"
import { TicketsUnavailable } from "../../src/ports/Tickets.ts"
import { makeLogLines } from "../world/logLines.ts"
import { group, run } from "../world/logRuns.ts"
import { pass } from "../world/waiting.ts"
import { presenceStage, seen } from "./presence/presenceStage.ts"

type Part = "rights" | "presence" | "reports" | "users" | "ranges" | "resume tickets" | "sign-ins" | "memberships"

/** Each part can be away. */
const makeStage = () => {
  const state: { away: Part | undefined } = { away: undefined }
  const unless = <A, E, F>(part: Part, error: F, effect: Effect.Effect<A, E>): Effect.Effect<A, E | F> =>
    Effect.suspend((): Effect.Effect<A, E | F> => (state.away === part ? Effect.fail(error) : effect))
  const storeAway = new StoreUnavailable({ operation: "read", cause: "away" })
  const presenceAway = new PresenceUnavailable({ cause: "away" })
  const stage = presenceStage({
    keep: () => state.away !== "ranges",
    store: ({ after }) => ({ after: (...asked) => unless("ranges", storeAway, after(...asked)) }),
    auth: ({ openSocket, resumeTicket }) => ({
      openSocket: (...asked) => unless("sign-ins", storeAway, openSocket(...asked)),
      resumeTicket: (owner, origin) =>
        unless("resume tickets", new TicketsUnavailable({ cause: "away" }), resumeTicket(owner, origin))
    }),
    conversations: ({ memberships, shared }) => ({
      memberships: (users) => unless("memberships", storeAway, memberships(users)),
      shared: (...asked) => unless("rights", storeAway, shared(...asked))
    }),
    users: ({ wishesOf }) => ({ wishesOf: (...asked) => unless("users", storeAway, wishesOf(...asked)) }),
    presence: ({ read, report }) => ({
      read: (...asked) => unless("presence", presenceAway, read(...asked)),
      report: (...asked) => unless("reports", presenceAway, report(...asked))
    })
  })
  return { state, stage }
}

const sockets = 50

describe("the log of a gateway with many sockets", () => {
  const cases: ReadonlyArray<readonly [Part, began: string, ended: string]> = [
    ["rights", "What viewers may see could not be read; trying again", "What viewers may see can be read again"],
    ["presence", "Presence could not be read; trying again", "Presence can be read again"],
    ["reports", "Presence could not be reported; trying again", "Presence can be reported again"],
    [
      "users",
      "What others may see of users could not be read; trying again",
      "What others may see of users can be read again"
    ]
  ]
  for (const [part, began, ended] of cases)
    it.scoped(`tells once that ${part} are away, and once that they are there again`, () => {
      const { keep, lines } = makeLogLines()
      const { stage, state } = makeStage()
      return Effect.gen(function* () {
        const { ann, bob, live, watcher, world } = yield* stage
        const watching = yield* Effect.forEach(Array.from({ length: sockets }), () => watcher(bob, [ann]))
        const acting = yield* live(ann)
        yield* pass(2_000)
        assert.deepStrictEqual(lines, [])
        state.away = part
        for (const socket of watching) socket.send({ op: "watch", userIds: [ann, bob] })
        acting.send({ op: "presence", state: "idle" })
        const strangers = yield* Effect.forEach(
          Array.from({ length: 5 }, (_, i) => `new${i}`),
          (name) => Effect.flatMap(world.user(name), (user) => live(user))
        )
        yield* pass(10_000)
        assert.deepStrictEqual(lines, [`WARN ${began}`])
        state.away = undefined
        yield* pass(3_000)
        assert.deepStrictEqual(lines, [`WARN ${began}`, `INFO ${ended}`])
        assert.deepStrictEqual([...new Set(watching.map((socket) => seen(socket, ann)))], ["idle"])
        assert.strictEqual(strangers.length, 5)
      }).pipe(keep)
    })

  const coming: ReadonlyArray<readonly [Part, began: string, ended: string]> = [
    ["sign-ins", "A socket could not be opened", "Sockets can be opened again"],
    [
      "memberships",
      "Memberships could not be read; the sockets are asked to come back",
      "Memberships can be read again"
    ],
    ["resume tickets", "No resume ticket could be made", "Resume tickets can be made again"]
  ]
  for (const [part, began, ended] of coming)
    it.scoped(
      `tells once that ${part} are away, of however many sockets that come, and once that they are there again`,
      () => {
        const { keep, lines } = makeLogLines()
        const { stage, state } = makeStage()
        return Effect.gen(function* () {
          const { ann, live, world } = yield* stage
          yield* live(ann)
          assert.deepStrictEqual(lines, [])
          state.away = part
          const comers = yield* Effect.forEach(Array.from({ length: sockets }), (_, i) =>
            Effect.flatMap(world.user(`new${i}`), world.connect)
          )
          yield* pass(2_000)
          const welcome = comers.filter(({ state: { closedWith } }) => closedWith === undefined)
          assert.deepStrictEqual([welcome.length, lines], [part === "resume tickets" ? sockets : 0, [`WARN ${began}`]])
          state.away = undefined
          yield* live(ann)
          yield* live(ann)
          assert.deepStrictEqual(lines, [`WARN ${began}`, `INFO ${ended}`])
        }).pipe(keep)
      }
    )

  it.scoped("says in one line how many sockets were closed with an internal fault, and why", () => {
    const { keep, lines } = makeLogLines()
    const { stage, state } = makeStage()
    return Effect.gen(function* () {
      const { ann, live, world } = yield* stage
      yield* live(ann)
      const told = () => lines.filter((line) => line.includes("internal fault"))
      const count = Effect.map(Metric.value(socketFaults("memberships_unread")), (value) => value.count)
      const before = yield* count
      state.away = "memberships"
      yield* Effect.forEach(Array.from({ length: sockets }), (_, i) =>
        Effect.flatMap(world.user(`new${i}`), world.connect)
      )
      yield* pass(20_000)
      assert.deepStrictEqual(told(), ["WARN Sockets were closed with an internal fault; their clients come back"])
      assert.strictEqual((yield* count) - before, sockets)
    }).pipe(keep)
  })

  it.scoped("tells once that what was missed can't be read, of however many conversations", () => {
    const { keep, lines } = makeLogLines()
    const { stage, state } = makeStage()
    return Effect.gen(function* () {
      const { ann, bob, live, world } = yield* stage
      const logs = yield* Effect.forEach(Array.from({ length: 20 }), () => world.provide(group(ann, [bob])))
      const device = yield* live(bob)
      state.away = "ranges"
      for (const log of logs) yield* world.provide(run(ann, log, { kind: "post", text: "lost" }))
      // Heads that were compared tell of them.
      yield* pass(10_000)
      assert.deepStrictEqual(lines, ["WARN A range could not be read; trying again"])
      state.away = undefined
      yield* pass(3_000)
      for (const log of logs) yield* device.reachSeq(log, 2)
      assert.deepStrictEqual(lines, ["WARN A range could not be read; trying again", "INFO Ranges can be read again"])
    }).pipe(keep)
  })
})
