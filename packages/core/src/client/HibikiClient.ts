/**
 * A device of a user: owns its socket, logs and outbox, for the terminal, bots, tests and the web. One fiber does all
 * the work; calls from outside put their requests into its queue.
 */
import { Cause, Effect, Metric, type Scope } from "effect"
import type { ConversationSummary, PersonalSnapshot } from "../domain/Conversation.ts"
import { oneEmoji } from "../domain/Emoji.ts"
import type { CommandId, ConversationId, DeviceId, Epoch, InstanceId, UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import type { UserPresence } from "../domain/Presence.ts"
import { shownTextProblem } from "../domain/TextRules.ts"
import { RandomBytes, uuidV7 } from "../domain/Uuid.ts"
import { makeWithTimeout } from "../fibers/Time.ts"
import type { BadFrameCode } from "../protocol/ServerFrame.ts"
import { ClientTime } from "./connection/ClientTime.ts"
import type { ConnectionStatus } from "./connection/ConnectionMachine.ts"
import { SocketFactory } from "./connection/SocketFactory.ts"
import { TicketSource } from "./connection/TicketSource.ts"
import type { FeedView } from "./feed/FeedView.ts"
import { SnapshotSource, type SourceNotFound, type SourceUnavailable } from "./feed/SnapshotSource.ts"
import type { Marks } from "./hints/ClientHints.ts"
import { ClientCore } from "./loop/ClientCore.ts"
import { ClientFetches } from "./loop/ClientFetches.ts"
import { ClientKeeping } from "./loop/ClientKeeping.ts"
import { type ClientChange, ClientLoop } from "./loop/ClientLoop.ts"
import type { OutboxProblem } from "./outbox/Outbox.ts"
import type { OutboxBody, OutboxRow } from "./outbox/OutboxRow.ts"
import { OutboxStore } from "./outbox/OutboxStore.ts"
import { ClientStore } from "./store/ClientStore.ts"

interface HibikiClientOptions {
  readonly device: DeviceId
  /** Fresh for each page load or process. */
  readonly instance: InstanceId
  /**
   * The user of this device, if known before a server confirms it. The client then shows the stored state without
   * waiting for a server. A welcome for another user drops that state.
   */
  readonly viewer?: UserId
}

/**
 * The result of an attempt to send. `Queued`: shown at once, durable as soon as the store has written it, and sent
 * until it is settled.
 */
export type SendResult =
  | { readonly _tag: "Queued"; readonly id: CommandId }
  | { readonly _tag: "NotQueued"; readonly code: OutboxProblem | BadFrameCode }

/** For the connection inspector. */
export interface ClientInspection {
  readonly attempts: number
  readonly welcomes: number
  readonly roundTripMs: number | undefined
  /** All rows in the outbox, including those that were finally refused. */
  readonly outboxRows: number
  /** Posts that are still to be sent or still wait for an answer. */
  readonly unsentPosts: number
  /**
   * The store refused the last outbox change, so this change would not survive the process. The client retries the
   * write.
   */
  readonly unkept: boolean
  readonly epoch: Epoch | null
}

export interface HibikiClient {
  /**
   * Connects and stays connected. Call it again after `stop`, or after a stop that a person has to resolve. Returns at
   * once.
   */
  readonly start: Effect.Effect<void>
  /**
   * Says goodbye and closes the socket. Queued rows stay queued. Completes at once when the client's scope has closed.
   */
  readonly stop: Effect.Effect<void>
  readonly status: () => ConnectionStatus
  /**
   * Ends the current wait. Connects at once or, if connected, resends everything that was not answered. A delay that
   * the server asked for still applies.
   */
  readonly retryNow: () => void
  /** Whether the page is visible: a hidden client is slower to notice a dead link. */
  readonly setVisible: (visible: boolean) => void
  /** The platform's report of its network state. Only a hint. */
  readonly setOnline: (online: boolean) => void

  /** Undefined until the first snapshot, with an empty list. */
  readonly me: () => PersonalSnapshot["me"] | undefined
  readonly userId: () => UserId | undefined
  /** Whom the user blocks: the same set until it changes. */
  readonly blocked: () => ReadonlySet<UserId>
  /** In no particular order. */
  readonly conversations: () => ReadonlyArray<ConversationSummary>
  /** Counts changes of the user's devices, which a call lists. */
  readonly devicesVersion: () => number
  /**
   * The view of a conversation: the same object until it changes. Undefined while nothing is known of the conversation,
   * and while its stored rows are being read. An entry that did not change is the same object in the next view.
   */
  readonly feed: (conversationId: ConversationId) => FeedView | undefined
  /**
   * Keeps the feed complete at its end (newest rows loaded, changed rows read again) until the returned function is
   * called.
   */
  readonly open: (conversationId: ConversationId) => () => void
  /**
   * Loads one page of missing rows below `before`, or below the newest loaded rows. Does nothing if none are missing.
   */
  readonly loadOlder: (
    conversationId: ConversationId,
    before?: number
  ) => Effect.Effect<void, SourceNotFound | SourceUnavailable>
  /** Loads one page of missing rows above `after`. Does nothing if none are missing. */
  readonly loadNewer: (
    conversationId: ConversationId,
    after: number
  ) => Effect.Effect<void, SourceNotFound | SourceUnavailable>

  /**
   * These calls name a message by its number. `seenIn`: the epoch of the view that showed it. If the store's epoch is
   * another by now, the row fails with `epoch_changed`. Omitted or null: the current epoch.
   */
  readonly post: (conversationId: ConversationId, text: string, replyTo?: number, seenIn?: Epoch | null) => SendResult
  readonly edit: (conversationId: ConversationId, target: number, text: string, seenIn?: Epoch | null) => SendResult
  readonly delete: (conversationId: ConversationId, target: number, seenIn?: Epoch | null) => SendResult
  readonly react: (
    conversationId: ConversationId,
    target: number,
    emoji: string,
    on: boolean,
    seenIn?: Epoch | null
  ) => SendResult
  /** Changes a post that was never handed over. */
  readonly rewrite: (id: CommandId, text: string) => OutboxProblem | BadFrameCode | undefined
  /** Withdraws a pending post; drops a row that was never handed over, or was refused. */
  readonly withdraw: (id: CommandId) => OutboxProblem | undefined
  /** Sends a refused row again. Not possible if something else is stored under the row's id: withdraw such a row. */
  readonly retry: (id: CommandId) => SendResult
  /**
   * Rows that were finally refused and neither resent nor withdrawn since, by conversation, including conversations
   * that the user has left. The same map until it changes. A screen that shows only some conversations must tell the
   * user about the failed rows of the others.
   */
  readonly failed: () => ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>>
  /**
   * Marks everything up to `seq` as read: shown at once, sent to the server within 2 s or after the next connect, also
   * after a restart.
   */
  readonly read: (conversationId: ConversationId, seq: number) => void
  /**
   * Read positions per conversation while there is no list to show them in; empty from the first snapshot on. The same
   * object until it changes.
   */
  readonly readUnlisted: () => ReadonlyMap<ConversationId, number>

  /**
   * Call this when the store accepts changes again: the client writes everything that the store refused now instead of
   * at the next scheduled retry.
   */
  readonly keepNow: () => void
  /**
   * Takes over rows that another client of this user left behind, such as a closed page. They follow this client's own
   * rows and are stored as its own. Returns the ids of the rows that were taken; rows beyond the outbox's bounds are
   * not.
   */
  readonly adopt: (rows: ReadonlyArray<OutboxRow>) => ReadonlyArray<CommandId>

  /** Replaces the users whose presence this client watches; users beyond the first 200 are ignored. */
  readonly watchUsers: (userIds: ReadonlyArray<UserId>) => void
  /**
   * Presence of a watched user, the same object until it changes. Undefined: unknown, not visible to this viewer, or
   * not connected for more than 10 s.
   */
  readonly presence: (userId: UserId) => UserPresence | undefined
  /**
   * Whether the server has answered a watch of this user. If `presence` is still undefined then, this viewer may not
   * see it.
   */
  readonly isPresenceTold: (userId: UserId) => boolean
  /** Whether the person is active on this device; true at first. */
  readonly setActive: (active: boolean) => void
  /**
   * Reports that the person is typing there now: sent at most once in 3 s, and never late; without a socket it is
   * dropped.
   */
  readonly sayTyping: (conversationId: ConversationId) => void
  /** Other users who are typing there, in the order in which they began; the same array until it changes. */
  readonly typing: (conversationId: ConversationId) => ReadonlyArray<UserId>
  /**
   * Read and delivery marks of a direct conversation. The client reads them when the conversation is opened. Undefined
   * before that, and for other kinds. The same object until it changes.
   */
  readonly marks: (conversationId: ConversationId) => Marks | undefined

  /**
   * Calls the listener once after each turn that changed something, and within each call that changes the outbox. The
   * listener must not throw, and must not change the outbox itself. Returns a function that unsubscribes.
   */
  readonly subscribe: (listener: (change: ClientChange) => void) => () => void
  readonly inspect: () => ClientInspection
}

type Ports = OutboxStore | ClientStore | SocketFactory | TicketSource | SnapshotSource

const turnFailures = Metric.counter("hibiki_client_turn_failures_total", {
  description: "Turns of a client's loop that died."
})

const turnDied = (cause: Cause.Cause<never>): Effect.Effect<void> =>
  Cause.isInterruptedOnly(cause)
    ? Effect.failCause(cause)
    : Metric.increment(turnFailures).pipe(
        Effect.zipRight(Effect.logError("A turn of the client died", cause)),
        // Let other fibers run first, whatever the defect was.
        Effect.zipRight(Effect.yieldNow())
      )

/**
 * Makes a client in a scope: reads the stored state and forks the loop. When the scope closes, the client says goodbye
 * and closes the socket.
 */
export const makeHibikiClient = (
  options: HibikiClientOptions
): Effect.Effect<HibikiClient, never, Ports | Scope.Scope> =>
  Effect.gen(function* () {
    const [outboxStore, clientStore, sockets] = [yield* OutboxStore, yield* ClientStore, yield* SocketFactory]
    const [tickets, snapshots] = [yield* TicketSource, yield* SnapshotSource]
    const [clock, random, scope] = [yield* Effect.clock, yield* Effect.random, yield* Effect.scope]
    const within = yield* makeWithTimeout
    const [core, time] = [new ClientCore(options), new ClientTime(clock)]
    yield* outboxStore.load.pipe(
      Effect.map((rows) => core.outbox.restore(rows)),
      Effect.catchAll((error) => Effect.logWarning("The kept outbox could not be read", error))
    )
    yield* clientStore.load.pipe(
      Effect.map((kept) => {
        core.logs.restore(kept.epoch, kept.cursors)
        if (options.viewer !== undefined && kept.epoch !== null) core.enter(options.viewer, kept.epoch)
        core.reads.restore(kept.reads)
      }),
      Effect.catchAll((error) => Effect.logWarning("The kept cursors could not be read", error))
    )
    const listeners = new Set<(change: ClientChange) => void>()
    const loop: ClientLoop = new ClientLoop({
      core,
      keeping: new ClientKeeping(core, outboxStore, clientStore, time, within),
      sockets,
      tickets,
      scope,
      time,
      within,
      listeners,
      fetches: () => fetches
    })
    const fetches = new ClientFetches(core, snapshots, scope, within, (apply) => loop.handOver(apply))
    yield* Effect.addFinalizer(() => loop.hangUp)
    yield* Effect.forkScoped(loop.turns(random.next, turnDied))
    return clientOf(core, loop, fetches, listeners, time, () => clock.unsafeCurrentTimeMillis(), yield* RandomBytes)
  })

const nobody: ReadonlySet<UserId> = new Set()

const clientOf = (
  core: ClientCore,
  loop: ClientLoop,
  fetches: ClientFetches,
  listeners: Set<(change: ClientChange) => void>,
  time: ClientTime,
  wallNow: () => number,
  randomBytes: (length: number) => Uint8Array
): HibikiClient => {
  return {
    start: Effect.sync(() => loop.start()),
    stop: loop.stop,
    status: () => loop.status,
    retryNow: () => loop.input({ _tag: "retryNow" }),
    setVisible: (visible) => {
      if (!visible) core.reads.hasten(time.now())
      loop.input({ _tag: "visible", visible })
    },
    setOnline: (online) => loop.input({ _tag: "online", online }),
    me: () => core.logs.personal?.me,
    userId: () => core.logs.personal?.userId,
    blocked: () => core.logs.personal?.blocked ?? nobody,
    conversations: () => core.logs.personal?.conversations().map((state) => state.summary) ?? [],
    devicesVersion: () => core.logs.personal?.devicesVersion ?? 0,
    feed: (conversationId) => {
      const view = core.view(conversationId)
      if (core.logs.kept.isWanted) loop.wake()
      return view
    },
    open: (conversationId) => {
      core.open(conversationId)
      loop.wake()
      let isOpen = true
      return () => {
        if (isOpen) core.logs.close(conversationId)
        isOpen = false
      }
    },
    loadOlder: (conversationId, before) => Effect.suspend(() => fetches.older(conversationId, before) ?? Effect.void),
    loadNewer: (conversationId, after) => Effect.suspend(() => fetches.newer(conversationId, after) ?? Effect.void),
    ...outboxOf(core, loop, wallNow, randomBytes),
    read: (conversationId, seq) => {
      core.read(conversationId, seq, time.now())
      loop.wake()
    },
    readUnlisted: () => core.reads.unlisted,
    keepNow: () => {
      core.keepNow()
      loop.wake()
    },
    ...hintsOf(core, loop, time),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    inspect: () => {
      const { connection, logs, outbox, seen } = core
      return {
        attempts: connection.attempt,
        ...seen,
        outboxRows: outbox.size,
        unsentPosts: outbox.unsentPosts,
        epoch: logs.epoch
      }
    }
  }
}

/** The outbox calls of the client, and the results they return. */
const outboxOf = (
  core: ClientCore,
  loop: ClientLoop,
  wallNow: () => number,
  randomBytes: (length: number) => Uint8Array
): Pick<HibikiClient, "post" | "edit" | "delete" | "react" | "rewrite" | "withdraw" | "retry" | "failed" | "adopt"> => {
  // Builds the id without the brand's schema: no other part of a client needs schemas, and they add more to a page than
  // the client itself.
  const freshId = () => uuidV7(wallNow(), randomBytes(10)) as CommandId
  const queued = (added: OutboxRow | OutboxProblem): SendResult => {
    if (typeof added === "string") return { _tag: "NotQueued", code: added }
    loop.outboxChanged(added.conversationId)
    return { _tag: "Queued", id: added.id }
  }
  // The stored state may belong to an epoch that has ended since.
  const metEpoch = () => (core.isWelcomed ? core.logs.epoch : null)
  const add = (
    conversationId: ConversationId,
    body: OutboxBody,
    seenIn?: Epoch | null,
    problem?: BadFrameCode
  ): SendResult =>
    problem === undefined
      ? queued(
          core.outbox.add(
            { id: freshId(), conversationId, epoch: seenIn ?? core.logs.epoch, at: wallNow(), body },
            metEpoch()
          )
        )
      : { _tag: "NotQueued", code: problem }
  const textProblemOf = (text: string) => shownTextProblem(text, Limits.textMax)
  const changeRow = <P>(id: CommandId, change: () => P): P => {
    const conversationId = core.outbox.row(id)?.conversationId
    const problem = change()
    if (conversationId !== undefined) loop.outboxChanged(conversationId)
    return problem
  }
  return {
    post: (conversationId, text, replyTo, seenIn) =>
      add(
        conversationId,
        replyTo === undefined ? { kind: "post", text } : { kind: "post", text, replyTo },
        seenIn,
        textProblemOf(text)
      ),
    edit: (conversationId, target, text, seenIn) =>
      add(conversationId, { kind: "edit", target, text }, seenIn, textProblemOf(text)),
    delete: (conversationId, target, seenIn) => add(conversationId, { kind: "delete", target }, seenIn),
    react: (conversationId, target, typed, on, seenIn) => {
      const emoji = on ? oneEmoji(typed) : typed
      const problem = shownTextProblem(typed, Limits.emojiMax) ?? (emoji === undefined ? "not_emoji" : undefined)
      return add(conversationId, { kind: "react", target, emoji: emoji ?? typed, on }, seenIn, problem)
    },
    rewrite: (id, text) => textProblemOf(text) ?? changeRow(id, () => core.outbox.rewrite(id, text)),
    withdraw: (id) => changeRow(id, () => core.outbox.withdraw(id)),
    retry: (id) => changeRow(id, () => queued(core.outbox.retry(id, freshId(), wallNow(), core.logs.epoch))),
    failed: () => core.outbox.failed,
    adopt: (rows) => {
      const taken = core.outbox.adopt(rows, metEpoch())
      for (const id of new Set(taken.map(({ conversationId }) => conversationId))) loop.outboxChanged(id)
      return taken.map(({ id }) => id)
    }
  }
}

const hintsOf = (
  { hints }: ClientCore,
  loop: ClientLoop,
  time: ClientTime
): Pick<
  HibikiClient,
  "watchUsers" | "presence" | "isPresenceTold" | "setActive" | "sayTyping" | "typing" | "marks"
> => ({
  watchUsers: (userIds) => {
    hints.watch(userIds, time.now())
    loop.wake()
  },
  presence: (userId) => hints.presence(userId),
  isPresenceTold: (userId) => hints.isPresenceTold(userId),
  setActive: (active) => {
    hints.setActive(active)
    loop.wake()
  },
  sayTyping: (conversationId) => {
    hints.sayTyping(conversationId, time.now())
    loop.wake()
  },
  typing: (conversationId) => hints.typing(conversationId),
  marks: (conversationId) => hints.marks(conversationId)
})
