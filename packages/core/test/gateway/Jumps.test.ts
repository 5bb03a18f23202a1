import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { CommandBody } from "../../src/commands/Command.ts"
import { ConversationId, Epoch, UserId } from "../../src/domain/Ids.ts"
import { Fanout } from "../../src/gateway/fanout/Fanout.ts"
import { makeGapReader } from "../../src/gateway/fanout/GapReader.ts"
import { Conversations, type Membership } from "../../src/ports/Conversations.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { makeGate } from "../world/gate.ts"
import { run, runUnheard } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { until } from "../world/waiting.ts"

const posts = (count: number) => Array.from({ length: count }, (): CommandBody => ({ kind: "post", text: "x" }))

/** Answers wait: they are as of when they were asked for. */
const stage = Effect.gen(function* () {
  const members = makeGate()
  const { ann, bob, log, world } = yield* pair({
    settings: { catchUpMax: 5 },
    conversations: (own) => ({
      membersAmong: (of, users) => Effect.zipLeft(own.membersAmong(of, users), members.through(Effect.void))
    })
  })
  const first = yield* world.connect(bob)
  yield* first.op("live")
  /** More than is read event by event: the gateway hears of the last one alone, and asks who is still a member. */
  const jump = (bodies: ReadonlyArray<CommandBody>) =>
    Effect.gen(function* () {
      yield* world.provide(runUnheard(ann, log, bodies))
      members.shut()
      yield* world.provide(run(bob, log, { kind: "post", text: "heard" }))
      yield* until("members are asked for", () => members.held() > 0)
    })
  return { ann, bob, first, jump, log, members, world }
})

describe("a gateway that jumps in a log", () => {
  it.scoped("keeps who came in while it asked who is a member", () =>
    Effect.gen(function* () {
      const { ann, bob, first, jump, log, members, world } = yield* stage
      yield* jump(posts(10))
      const second = yield* world.connect(ann)
      yield* second.op("live")
      members.open()
      yield* first.op("behind", ({ conversationId, head }) => conversationId === log && head === 12)
      yield* world.provide(run(bob, log, { kind: "post", text: "next" }))
      yield* first.reachSeq(log, 13)
      yield* second.reachSeq(log, 13)
    })
  )

  it.scoped("asks again when somebody came in meanwhile as of an older head, and drops only who is no member", () =>
    Effect.gen(function* () {
      const asked: Array<ReadonlyArray<string>> = []
      const members = makeGate()
      const log = ConversationId.make(uuidOf(1))
      const [bob, cat, dan] = [UserId.make(uuidOf(2)), UserId.make(uuidOf(3)), UserId.make(uuidOf(4))]
      const membership = (userId: UserId, head: number): Membership => ({
        log,
        userId,
        head,
        first: 1,
        kind: "group",
        visibleFrom: 1
      })
      const fanout = new Fanout(
        {
          personal: () => undefined,
          cells: () => undefined,
          personalJumped: () => undefined,
          gap: (place) => mend(place)
        },
        () => 0
      )
      const mend = yield* makeGapReader(() => fanout, 5).pipe(
        Effect.provide([
          Layer.mock(EventStore, {
            epoch: Epoch.make(uuidOf(5)),
            after: () => Effect.succeed({ first: 1, head: 20, events: [] })
          }),
          Layer.mock(Conversations, {
            membersAmong: (_, users) => {
              asked.push(users)
              const answer = users.filter((user) => user !== cat).map((user) => membership(user, 20))
              return Effect.as(members.through(Effect.void), answer)
            }
          })
        ])
      )
      fanout.enter(membership(bob, 1))
      members.shut()
      fanout.receive({ log, head: 20, events: [] })
      yield* until("members are asked for", () => members.held() > 0)
      fanout.enter(membership(cat, 1))
      fanout.enter(membership(dan, 1))
      members.open()
      yield* until("it has jumped", () => fanout.places.get(log)?.fannedOut === 20)
      assert.deepStrictEqual(asked, [[bob], [bob, cat, dan]])
      assert.deepStrictEqual([...(fanout.places.get(log)?.members.keys() ?? [])], [bob, dan])
    })
  )
})

const uuidOf = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
