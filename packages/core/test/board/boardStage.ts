/** A stage for boards: accounts, conversations and the log in memory, and a presence that does what a test says. */

import { ChatMemory, ConversationsMemory, EventStoreMemory } from "@hibiki/testing"
import { AccountsMemory } from "@hibiki/testing/accounts/AccountsMemory"
import { Clock, Context, Effect, Layer, Mailbox, Stream } from "effect"
import { AccountPolicy, type AccountSettings } from "../../src/accounts/AccountPolicy.ts"
import { Board, type Board as BoardService } from "../../src/board/Board.ts"
import type { BoardSubject } from "../../src/board/BoardRights.ts"
import type { CommandBody } from "../../src/commands/Command.ts"
import type { Handle } from "../../src/domain/Handle.ts"
import { CommandId, ConversationId, DeviceId, UserId } from "../../src/domain/Ids.ts"
import type { PresenceState, UserPresence } from "../../src/domain/Presence.ts"
import { directConversationId, makeUuidV7 } from "../../src/domain/Uuid.ts"
import { RateLimitsLocal } from "../../src/inprocess/RateLimitsLocal.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { Presence, type PresenceStep } from "../../src/ports/Presence.ts"
import { Users } from "../../src/ports/Users.ts"

/** What a test says of presence. */
export class Scenes extends Context.Tag("test/Scenes")<
  Scenes,
  {
    /** The user is so from now on; listeners are told. */
    readonly becomes: (userId: UserId, state: PresenceState) => Effect.Effect<void>
    /** Listeners may have missed something. */
    readonly missed: Effect.Effect<void>
    readonly listeners: () => number
    /** Users of each read, in order. */
    readonly reads: Array<ReadonlyArray<UserId>>
    readonly steps: Array<PresenceStep>
  }
>() {}

type Listener = (users: ReadonlyArray<UserId> | undefined) => void

const StagedPresence = Layer.effectContext(
  Effect.sync(() => {
    const users = new Map<UserId, UserPresence>()
    const listeners = new Set<Listener>()
    const reads: Array<ReadonlyArray<UserId>> = []
    const steps: Array<PresenceStep> = []
    const tell = (changed: ReadonlyArray<UserId> | undefined) =>
      Effect.sync(() => [...listeners].forEach((listener) => listener(changed)))
    const presence = Presence.of({
      report: () => Effect.die("nobody reports here"),
      leave: () => Effect.die("nobody leaves here"),
      read: (asked) =>
        Effect.sync(() => {
          reads.push(asked)
          return asked.map((userId): UserPresence => users.get(userId) ?? { userId, state: "offline", kinds: [] })
        }),
      online: Stream.suspend(() => Stream.make([...users.values()].filter(({ state }) => state !== "offline"))),
      active: () => Effect.die("nobody asks that here"),
      steps: (asked, since) =>
        Effect.sync(() => steps.filter(({ at, userId }) => at >= since && asked.includes(userId))),
      listen: (listener) =>
        Effect.asVoid(
          Effect.acquireRelease(
            Effect.sync(() => listeners.add(listener)),
            () => Effect.sync(() => listeners.delete(listener))
          )
        ),
      whenLost: () => Effect.void
    })
    const becomes = (userId: UserId, state: PresenceState) =>
      Effect.flatMap(Clock.currentTimeMillis, (at) => {
        users.set(userId, { userId, state, kinds: state === "offline" ? [] : ["browser"], since: at })
        steps.push({ userId, state, at })
        return tell([userId])
      })
    const scenes = Scenes.of({ becomes, missed: tell(undefined), listeners: () => listeners.size, reads, steps })
    return Context.make(Presence, presence).pipe(Context.add(Scenes, scenes))
  })
)

type ConversationsLayer = typeof ConversationsMemory

export const boardStage = (
  settings: Partial<AccountSettings> = {},
  over = (conversations: ConversationsLayer) => conversations
) =>
  Board.Default.pipe(
    Layer.provideMerge(Layer.mergeAll(StagedPresence, RateLimitsLocal, AccountPolicy.with(settings))),
    Layer.provideMerge(Layer.mergeAll(AccountsMemory, EventStoreMemory, over(ConversationsMemory))),
    Layer.provideMerge(ChatMemory.layer)
  )

export const addUser = (handle: string) =>
  Effect.gen(function* () {
    const users = yield* Users
    const userId = UserId.make(yield* makeUuidV7)
    const account = {
      userId,
      handle: handle as Handle,
      displayName: handle,
      passwordHash: undefined,
      admin: false,
      invite: undefined
    }
    yield* users.create({ ...account, now: 0 })
    return userId
  })

const act = (by: UserId, log: ConversationId, body: CommandBody) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const id = CommandId.make(yield* makeUuidV7)
    const { decisions } = yield* store.append([{ log, id, by, device: null, epoch: store.epoch, body }])
    if (decisions[0]?._tag !== "Appended") return yield* Effect.die(`not stored: ${body.kind}`)
  })

export const makeGroup = (owner: UserId, members: ReadonlyArray<UserId>) =>
  Effect.gen(function* () {
    const log = ConversationId.make(yield* makeUuidV7)
    yield* act(owner, log, {
      kind: "create",
      conversationKind: "group",
      title: "Tea",
      history: "all",
      members: [...members]
    })
    return log
  })
export const openDirect = (by: UserId, peer: UserId) =>
  act(by, directConversationId(by, peer), { kind: "openDirect", peer })
export const addTo = (by: UserId, log: ConversationId, userId: UserId) =>
  act(by, log, { kind: "add", userIds: [userId] })
export const removeFrom = (by: UserId, log: ConversationId, userId: UserId) => act(by, log, { kind: "remove", userId })
export const post = (by: UserId, log: ConversationId, text: string) => act(by, log, { kind: "post", text })

export const identityOf = (userId: UserId) => ({
  userId,
  deviceId: DeviceId.make("00000000-0000-7000-8000-00000000000d"),
  handle: "x",
  admin: false,
  sessionVersion: 1
})

type Told = Stream.Stream.Success<ReturnType<BoardService["watch"]>>
type Refused = Stream.Stream.Error<ReturnType<BoardService["watch"]>>

/**
 * A reader of a board, for as long as the scope lives: `next` waits for what is told next, `waiting` takes what is
 * there.
 */
export const look = (viewer: UserId, subject: BoardSubject) =>
  Effect.gen(function* () {
    const board = yield* Board
    const told = yield* Mailbox.fromStream(board.watch(identityOf(viewer), subject))
    const next: Effect.Effect<Told, Refused> = Effect.catchTag(told.take, "NoSuchElementException", () =>
      Effect.die("the board ended")
    )
    return { next, waiting: Effect.map(told.size, (size) => (size._tag === "Some" ? size.value : -1)) } as const
  })
