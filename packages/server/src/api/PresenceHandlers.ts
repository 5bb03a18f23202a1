/** Serves the calls about presence and receipts. */

import { Board } from "@hibiki/core/board/Board"
import { occupancies } from "@hibiki/core/board/occupancy"
import { PresenceHistories } from "@hibiki/core/board/PresenceHistories"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { Conversations, type ReadCursor } from "@hibiki/core/ports/Conversations"
import { DeviceCursors } from "@hibiki/core/ports/DeviceCursors"
import { Devices } from "@hibiki/core/ports/Devices"
import { CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { PresenceRpcs, type Receipt } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { Clock, Effect, Layer, Stream } from "effect"
import { ChargedReads } from "./ChargedReads.ts"
import { Reads } from "./reads.ts"

export const PresenceHandlers = PresenceRpcs.toLayer(
  Effect.gen(function* () {
    const board = yield* Board
    const receipts = yield* makeReceipts
    const read = yield* Reads
    const { history } = yield* PresenceHistories
    return PresenceRpcs.of({
      // The schema has let through exactly one of the two.
      "presence.watch": ({ conversationId, userIds }) =>
        Stream.unwrap(
          Effect.map(CurrentIdentity, (caller) =>
            board.watch(caller, conversationId === undefined ? { userIds: userIds ?? [] } : { conversationId })
          )
        ),
      "presence.count": ({ conversationId }) =>
        Stream.unwrap(Effect.map(CurrentIdentity, (caller) => occupancies(board.watch(caller, { conversationId })))),
      "presence.history": ({ conversationId, window }) =>
        Effect.flatMap(CurrentIdentity, (caller) =>
          read(() => history(caller, conversationId, window), { cost: historyCost })
        ),
      "conversation.receipts": ({ conversationId }) => read((userId) => receipts(userId, conversationId))
    })
  })
).pipe(Layer.provide([Reads.layer, ChargedReads]))

/** A history reads up to 8,640 rows. */
const historyCost = 5

const makeReceipts = Effect.gen(function* () {
  const conversations = yield* Conversations
  const devices = yield* Devices
  const cursors = yield* DeviceCursors

  /** How far the user's device with the most of the log has it. */
  const held = (userId: UserId, log: ConversationId) =>
    Effect.gen(function* () {
      const signedIn = yield* devices.list(userId, yield* Clock.currentTimeMillis)
      const all = yield* Effect.forEach(signedIn, ({ deviceId }) => cursors.of(deviceId, [log]))
      return Math.max(0, ...all.flat())
    })
  /** A message that was read was also delivered, even if the cursors of the devices were lost. */
  const withDelivered = ({ readUpTo, userId }: ReadCursor, log: ConversationId): Effect.Effect<Receipt, unknown> =>
    Effect.map(held(userId, log), (delivered) => ({ userId, read: readUpTo, delivered: Math.max(readUpTo, delivered) }))

  return Effect.fnUntraced(function* (viewer: UserId, log: ConversationId) {
    const all = yield* conversations.readCursors(viewer, log)
    if (all === undefined) return undefined
    const shown = all.filter(({ invisible }) => !invisible)
    const [first] = shown
    if (first === undefined) return []
    // A direct conversation has one other member, so no larger one needs the query.
    const [own] = all.length === 1 ? yield* conversations.membersAmong(log, [viewer]) : []
    if (own?.kind === "direct") return [yield* withDelivered(first, log)]
    return shown.map(({ readUpTo, userId }): Receipt => ({ userId, read: readUpTo }))
  })
})
