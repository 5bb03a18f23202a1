/**
 * All of a chat's durable state in memory, shared by the memory stores, with the handles that tests need. Unbounded: it
 * lives as long as a test.
 */

import { type ConversationId, type DeviceId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import { makeSeededUuidV7, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Clock, Context, Effect, Layer, Random, type Scope } from "effect"
import { addUserTo, type ChatState, makeChatState, setBlock } from "./ChatState.ts"

export class ChatMemory extends Context.Tag("@hibiki/testing/ChatMemory")<
  ChatMemory,
  {
    readonly state: ChatState
    /** Adds a user with an empty personal log. A repeated id changes nothing. */
    readonly addUser: (userId: UserId, handle: string, displayName?: string, admin?: boolean) => Effect.Effect<void>
    /** A sign-in of a user, valid until it is revoked. */
    readonly addDevice: (userId: UserId, deviceId: DeviceId, sessionVersion: number) => Effect.Effect<void>
    readonly revokeDevice: (deviceId: DeviceId) => Effect.Effect<void>
    /** Locks the log as another process would until the scope closes: commands that need it are deferred. */
    readonly hold: (log: ConversationId) => Effect.Effect<void, never, Scope.Scope>
    /** Cuts the log at its start: events below `first` are no longer stored. */
    readonly cut: (log: ConversationId, first: number) => Effect.Effect<void>
  }
>() {
  static readonly layer = Layer.effect(
    this,
    Effect.suspend(() => makeChatMemory)
  )
}

/** Adds a user with this handle: the helper that the contract suites need from a backend. */
export const addMemoryUser = (handle: string): Effect.Effect<UserId, never, ChatMemory> =>
  Effect.gen(function* () {
    const userId = UserId.make(yield* makeUuidV7)
    const memory = yield* ChatMemory
    yield* memory.addUser(userId, handle)
    return userId
  })

/** From now on the user wants to look offline: the same helper for a backend. */
export const hideMemoryUser = (userId: UserId): Effect.Effect<void, never, ChatMemory> =>
  Effect.map(ChatMemory, ({ state }) => {
    const user = state.users.get(userId)
    if (user !== undefined) state.users.set(userId, { ...user, invisible: true })
  })

/** From now on the first blocks the other, or no longer does: the same helper for a backend. */
export const blockMemoryUser = (userId: UserId, blocked: UserId, on = true): Effect.Effect<void, never, ChatMemory> =>
  Effect.map(ChatMemory, ({ state }) => setBlock(state, userId, blocked, on))

const makeChatMemory = Effect.gen(function* () {
  const state = makeChatState(Epoch.make(yield* makeSeededUuidV7), yield* Random.nextIntBetween(0, 2 ** 32))
  return ChatMemory.of({
    state,
    addUser: (userId, handle, displayName = handle, admin = false) =>
      Effect.sync(() => addUserTo(state, { userId, handle, displayName, admin, invisible: false })),
    addDevice: (userId, deviceId, sessionVersion) =>
      Effect.sync(
        () => void state.devices.set(deviceId, { userId, kind: "browser", sessionVersion, revokedAt: undefined })
      ),
    revokeDevice: (deviceId) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const device = state.devices.get(deviceId)
        if (device !== undefined) device.revokedAt = now
      }),
    hold: (log) =>
      Effect.acquireRelease(
        Effect.sync(() => holders(state, log, 1)),
        () => Effect.sync(() => holders(state, log, -1))
      ),
    cut: (log, first) =>
      Effect.sync(() => {
        const found = state.logs.get(log)
        if (found !== undefined) found.first = Math.max(found.first, first)
      })
  })
})

const holders = (state: ChatState, log: ConversationId, change: number): void => {
  const count = (state.held.get(log) ?? 0) + change
  if (count > 0) state.held.set(log, count)
  else state.held.delete(log)
}
