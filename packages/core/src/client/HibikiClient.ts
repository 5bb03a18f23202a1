/**
 * A device of a user: keeps its socket, logs and outbox, for the terminal, bots, tests and the web. One fiber does
 * everything; calls from outside put what they ask for into its queue.
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
   * Who this is, when it is known before a server says so: then what the stores kept is shown without waiting for one.
   * Another user's welcome drops it.
   */
  readonly viewer?: UserId
}

/**
 * What became of something that was to be sent. `Queued`: shown at once, kept as soon as the store has written it, and
 * sent until it is settled.
 */
export type SendResult =
  | { readonly _tag: "Queued"; readonly id: CommandId }
  | { readonly _tag: "NotQueued"; readonly code: OutboxProblem | BadFrameCode }

/** For the connection inspector. */
export interface ClientInspection {
  readonly attempts: number
  readonly welcomes: number
  readonly roundTripMs: number | undefined
  /** All that the outbox holds, finally refused rows included. */
  readonly outboxRows: number
  /** Posts that are still to be sent, or whose answer is still to come. */
  readonly unsentPosts: number
  /**
   * The store refused what it was last to keep of the outbox: that would not outlive the process. It is tried again.
   */
  readonly unkept: boolean
  readonly epoch: Epoch | null
}

export interface HibikiClient {
  /** Connects and stays connected; again after `stop`, or after a stop that a person has to undo. Returns at once. */
  readonly start: Effect.Effect<void>
  /** Says goodbye and hangs up. What is queued stays queued. Done at once when the client's scope has closed. */
  readonly stop: Effect.Effect<void>
  readonly status: () => ConnectionStatus
  /**
   * Does not wait any longer: connects at once or, where that is done, sends once more what was not answered. What the
   * server asked to wait for is waited for all the same.
   */
  readonly retryNow: () => void
  /** Whether somebody looks: a hidden client is slower to notice a dead link. */
  readonly setVisible: (visible: boolean) => void
  /** What the platform says of its network. Only a hint. */
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
   * What is shown of a conversation: the same object until it changes; undefined while nothing is known of it, also
   * while its kept rows are being read.
   * An entry that did not change is the same object from one view to the next.
   */
  readonly feed: (conversationId: ConversationId) => FeedView | undefined
  /**
   * Keeps the feed whole at its end (newest rows loaded, changed rows read anew) until the answered function is called.
   */
  readonly open: (conversationId: ConversationId) => () => void
  /**
   * Loads one page of what is missing below `before`, or below the newest rows that are held. Nothing missing: does
   * nothing.
   */
  readonly loadOlder: (
    conversationId: ConversationId,
    before?: number
  ) => Effect.Effect<void, SourceNotFound | SourceUnavailable>
  /** Loads one page of what is missing above `after`. Nothing missing: does nothing. */
  readonly loadNewer: (
    conversationId: ConversationId,
    after: number
  ) => Effect.Effect<void, SourceNotFound | SourceUnavailable>

  /**
   * These name a message by its number. `seenIn`: the epoch of the view in which it was seen, where the store may be
   * another by now: then the row fails as `epoch_changed`. Left out or null: the present one.
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
  /** Takes back a pending post; drops a row that was never handed over, or was refused. */
  readonly withdraw: (id: CommandId) => OutboxProblem | undefined
  /** Sends a refused row again. Not one under whose id something else is stored: that is withdrawn. */
  readonly retry: (id: CommandId) => SendResult
  /**
   * What was finally refused and neither sent again nor withdrawn since, by conversation, also by those that were left:
   * the same map until it changes.
   * Whoever shows a part of the conversations tells the user of the others.
   */
  readonly failed: () => ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>>
  /**
   * The user has read up to `seq`: shown at once, told within 2 s, or when there is a connection again, also after a
   * restart.
   */
  readonly read: (conversationId: ConversationId, seq: number) => void
  /**
   * How far was read in each conversation while there is no list to show it in; empty from the first snapshot on. The
   * same object until it changes.
   */
  readonly readUnlisted: () => ReadonlyMap<ConversationId, number>

  /** The store takes changes again: what it refused so far is kept now, not when its next turn comes. */
  readonly keepNow: () => void
  /**
   * Takes over rows that another client of this user left behind, such as a closed page: they go behind this one's own
   * and are kept as its own. Answers those that were taken; at the outbox's bounds the rest are not.
   */
  readonly adopt: (rows: ReadonlyArray<OutboxRow>) => ReadonlyArray<CommandId>

  /** Whose presence is wanted from here on, in place of those before; beyond 200 the last ones are left out. */
  readonly watchUsers: (userIds: ReadonlyArray<UserId>) => void
  /**
   * Of a watched user, the same object until it changes. Undefined: not known, not for this viewer, or not connected
   * for more than 10 s.
   */
  readonly presence: (userId: UserId) => UserPresence | undefined
  /**
   * Whether the server was asked about a watched user and has answered: whose `presence` is still undefined then is not
   * for this viewer.
   */
  readonly isPresenceTold: (userId: UserId) => boolean
  /** Whether the person does something on this device; true at first. */
  readonly setActive: (active: boolean) => void
  /** The person writes something there now: told at most once in 3 s, and not later when there is no socket. */
  readonly sayTyping: (conversationId: ConversationId) => void
  /** Others who are writing there, in the order in which they began; the same array until it changes. */
  readonly typing: (conversationId: ConversationId) => ReadonlyArray<UserId>
  /**
   * Of direct conversations, read when one is opened; undefined before, and of others. The same object until it
   * changes.
   */
  readonly marks: (conversationId: ConversationId) => Marks | undefined

  /**
   * Called once after each turn that changed something, and within each call that changes the outbox; must not throw,
   * and must not change the outbox itself. Returns how to end it.
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
        // Others get their turn, whatever it died of.
        Effect.zipRight(Effect.yieldNow())
      )

/**
 * Makes a client in a scope: reads what its stores kept, and forks its loop. When the scope closes it says goodbye and
 * hangs up.
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

/** What is written, and what becomes of it. */
const outboxOf = (
  core: ClientCore,
  loop: ClientLoop,
  wallNow: () => number,
  randomBytes: (length: number) => Uint8Array
): Pick<HibikiClient, "post" | "edit" | "delete" | "react" | "rewrite" | "withdraw" | "retry" | "failed" | "adopt"> => {
  // Not by the brand's schema: no other part of a client needs schemas, and they weigh more in a page than the client
  // itself.
  const freshId = () => uuidV7(wallNow(), randomBytes(10)) as CommandId
  const queued = (added: OutboxRow | OutboxProblem): SendResult => {
    if (typeof added === "string") return { _tag: "NotQueued", code: added }
    loop.outboxChanged(added.conversationId)
    return { _tag: "Queued", id: added.id }
  }
  // What the stores kept may be of an epoch that has gone by since.
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
