/**
 * After all repairs, when everything is quiet: a new conversation, posts as soon as it exists, a device that comes back
 * while others write. Nothing is broken now, so nothing may be late: the build itself lost any event that comes only by
 * the comparison of heads, seconds later.
 */

import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { CommandId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Effect } from "effect"
import { submit } from "./perform.ts"
import type { SimulatedDevice } from "./SimulatedDevice.ts"
import type { World } from "./World.ts"

const rounds = 3
const postsEach = 4
const betweenMs = 150
/** A new conversation is in every list by then. */
const shownWithinMs = 2_000

export const calmPhase = (
  world: World,
  devices: ReadonlyArray<SimulatedDevice>,
  users: ReadonlyArray<UserId>
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const remaining = devices.filter(({ isGone }) => !isGone)
    world.record({ _tag: "calm" })
    for (let round = 0; round < rounds; round++) {
      const writer = remaining[round % remaining.length]
      const other = remaining[(round + 1) % remaining.length]
      if (writer === undefined || other === undefined) return
      yield* Effect.fork(Effect.zipRight(other.close, other.start))
      const conversationId = yield* newGroup(writer, users, round)
      yield* Effect.iterate(0, {
        while: (passed) => passed < shownWithinMs && !isShown(writer, conversationId),
        body: wait
      })
      for (let n = 0; n < postsEach; n++) {
        submit(world, writer, conversationId, { kind: "post", text: `calm ${round} ${n}` })
        yield* Effect.sleep(betweenMs)
      }
    }
  })

const newGroup = (
  device: SimulatedDevice,
  members: ReadonlyArray<UserId>,
  round: number
): Effect.Effect<ConversationId | undefined> =>
  Effect.gen(function* () {
    const id = CommandId.make(yield* makeUuidV7)
    const made = yield* device.call("create", (calls) =>
      calls("conversation.create", { id, kind: "group", title: `Calm ${round}`, members })
    )
    return made.conversationId
  }).pipe(Effect.orElseSucceed(() => undefined))

const isShown = ({ client }: SimulatedDevice, conversationId: ConversationId | undefined): boolean =>
  client?.conversations().some((one) => one.conversationId === conversationId) === true

const wait = (passed: number): Effect.Effect<number> => Effect.as(Effect.sleep(10), passed + 10)
