/**
 * Ann and Bob, who share a group and a direct conversation, Eve, who shares nothing with them, and words for what one
 * sees of another.
 */
import { Effect, TestClock } from "effect"
import type { ConversationId, UserId } from "../../../src/domain/Ids.ts"
import type { UserPresence } from "../../../src/domain/Presence.ts"
import { directConversationId } from "../../../src/domain/Uuid.ts"
import type { ServerFrame } from "../../../src/protocol/ServerFrame.ts"
import { makeWorld, type TestDevice, type WorldOptions } from "../../world/ChatWorld.ts"
import { group, run } from "../../world/logRuns.ts"

/** One time round the event loop, timers included: fibers that were woken have run, however slow the machine is. */
const turn = Effect.promise(() => new Promise<void>((resolve) => void setTimeout(() => setImmediate(resolve), 0)))

/** What is under way comes to its end. */
export const rest = Effect.repeatN(turn, 10)

/** Lets time pass in steps, each of which is dealt with before the next. */
export const pass = (ms: number, stepMs = 500) =>
  Effect.gen(function* () {
    for (let left = ms; left > 0; left -= stepMs) {
      yield* TestClock.adjust(Math.min(left, stepMs))
      yield* Effect.repeatN(turn, 3)
    }
  })

export const presenceStage = (options: WorldOptions = {}) =>
  Effect.gen(function* () {
    const world = yield* makeWorld(options)
    const [ann, bob, eve] = [yield* world.user("ann"), yield* world.user("bob"), yield* world.user("eve")]
    const log = yield* world.provide(group(ann, [bob]))
    const direct = directConversationId(ann, bob)
    yield* world.provide(run(ann, direct, { kind: "openDirect", peer: bob }))
    /** A device that is live. */
    const live = (user: UserId, more: Parameters<typeof world.connect>[1] = {}) =>
      Effect.gen(function* () {
        const device = yield* world.connect(user, more)
        yield* device.op("live")
        // What others may see of its user is read after that.
        yield* rest
        return device
      })
    /** A live device that watches these users and has its first answer. */
    const watcher = (user: UserId, users: ReadonlyArray<UserId>) =>
      Effect.gen(function* () {
        const device = yield* live(user)
        device.send({ op: "watch", userIds: users })
        yield* device.op("presence")
        return device
      })
    return { world, ann, bob, eve, log, direct, live, watcher } as const
  })

export const presenceFrames = (device: TestDevice): ReadonlyArray<ReadonlyArray<UserPresence>> =>
  device.frames.flatMap((frame) => (frame.op === "presence" ? [frame.users] : []))

/** Everything that the device was told of that user, in order. */
export const toldOf = (device: TestDevice, user: UserId): ReadonlyArray<UserPresence> =>
  presenceFrames(device).flatMap((users) => users.filter(({ userId }) => userId === user))

/** How the device sees the user now; undefined: it was never told. */
export const seen = (device: TestDevice, user: UserId): UserPresence["state"] | undefined =>
  toldOf(device, user).at(-1)?.state

export const framesOf = <O extends ServerFrame["op"]>(device: TestDevice, op: O, log: ConversationId) =>
  device.frames.filter(
    (frame): frame is Extract<ServerFrame, { op: O }> =>
      frame.op === op && "conversationId" in frame && frame.conversationId === log
  )

/** Lets time pass until it holds, and gives how long that took (ms). Dies when it does not within `mostMs`. */
export const takes = (mostMs: number, holds: () => boolean, stepMs = 100) =>
  Effect.gen(function* () {
    for (let ms = 0; ms <= mostMs; ms += stepMs) {
      if (holds()) return ms
      yield* pass(stepMs, stepMs)
    }
    return yield* Effect.dieMessage(`not within ${mostMs} ms`)
  })
