import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { personalLog } from "../../src/domain/Ids.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { makeGate, openAtEnd } from "../world/gate.ts"
import { fill, group, run } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { rest, until } from "../world/waiting.ts"

describe("a device that comes first in a conversation of which its gateway has never heard", () => {
  /** Bob's memberships are read, and the gateway has not registered its interest yet. */
  const arriving = Effect.fnUntraced(function* (settings: { readonly catchUpMax?: number } = {}) {
    const reading = makeGate()
    const asked: Array<number> = []
    const { ann, bob, log, world } = yield* pair({
      settings,
      conversations: (own) => ({
        memberships: (users) =>
          Effect.zipLeft(own.memberships(users), reading.through(Effect.sync(() => asked.push(users.length))))
      })
    })
    yield* openAtEnd(reading)
    const { epoch } = yield* world.provide(EventStore)
    reading.shut()
    const device = yield* world.connect(bob, { cursors: [[log, 1]], epoch })
    yield* until("memberships are read", () => reading.held() > 0)
    return { ann, asked, bob, device, log, reading, world }
  })

  it.scoped("gets what was said before the gateway heard of it, in order, with one reading of its memberships", () =>
    Effect.gen(function* () {
      const { ann, asked, device, log, reading, world } = yield* arriving()
      yield* world.provide(run(ann, log, { kind: "post", text: "unheard" }))
      reading.open()
      yield* device.op("live")
      yield* device.reachSeq(log, 2)
      yield* world.provide(run(ann, log, { kind: "post", text: "heard" }))
      yield* device.reachSeq(log, 3)
      assert.deepStrictEqual(device.seqs(log), [2, 3])
      assert.deepStrictEqual(asked, [1])
    })
  )

  it.scoped("is told to be behind where more was said than is sent one by one", () =>
    Effect.gen(function* () {
      const { ann, device, log, reading, world } = yield* arriving({ catchUpMax: 5 })
      yield* world.provide(fill(ann, log, 20, 10))
      reading.open()
      yield* device.op("live")
      assert.strictEqual((yield* device.op("behind", ({ conversationId }) => conversationId === log)).head, 21)
    })
  )

  it.scoped("is told that it was removed before the gateway heard of it, and nothing after that", () =>
    Effect.gen(function* () {
      const { ann, bob, device, log, reading, world } = yield* arriving()
      yield* world.provide(run(ann, log, { kind: "remove", userId: bob }))
      yield* world.provide(run(ann, log, { kind: "post", text: "a secret" }))
      reading.open()
      yield* device.reachSeq(personalLog(bob), 2)
      yield* world.provide(run(ann, log, { kind: "post", text: "another" }))
      yield* rest
      assert.isEmpty(device.seqs(log).filter((seq) => seq > 2))
    })
  )

  it.scoped("has its place in a conversation that it was added to before the gateway heard of the others", () =>
    Effect.gen(function* () {
      const { ann, bob, device, reading, world } = yield* arriving()
      const added = yield* world.provide(group(ann, [bob]))
      yield* world.provide(run(ann, added, { kind: "post", text: "hello" }))
      reading.open()
      assert.strictEqual((yield* device.op("behind", ({ conversationId }) => conversationId === added)).head, 2)
      yield* world.provide(run(ann, added, { kind: "post", text: "again" }))
      yield* device.reachSeq(added, 3)
      assert.deepStrictEqual(device.seqs(added), [3])
    })
  )
})
