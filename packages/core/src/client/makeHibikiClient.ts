/**
 * Makes a client in a scope: reads what its stores kept, and forks its loop. When the scope closes it says goodbye and
 * hangs up.
 */

import { Cause, Effect, Metric, type Scope } from "effect"
import { oneEmoji } from "../domain/Emoji.ts"
import type { CommandId, ConversationId, Epoch, UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { RandomBytes } from "../domain/RandomBytes.ts"
import { shownTextProblem } from "../domain/TextRules.ts"
import { uuidV7 } from "../domain/Uuid.ts"
import { makeWithin } from "../fibers/makeWithin.ts"
import type { BadFrameCode } from "../protocol/ServerFrame.ts"
import { SocketFactory } from "./connection/SocketFactory.ts"
import { TicketSource } from "./connection/TicketSource.ts"
import { SnapshotSource } from "./feed/SnapshotSource.ts"
import type { ClientChange, HibikiClient, HibikiClientOptions, SendResult } from "./HibikiClient.ts"
import { ClientCore } from "./loop/ClientCore.ts"
import { ClientFetches } from "./loop/ClientFetches.ts"
import { ClientKeeping } from "./loop/ClientKeeping.ts"
import { ClientLoop } from "./loop/ClientLoop.ts"
import { ClientTime } from "./loop/ClientTime.ts"
import type { OutboxProblem } from "./outbox/Outbox.ts"
import type { OutboxBody, OutboxRow } from "./outbox/OutboxRow.ts"
import { OutboxStore } from "./outbox/OutboxStore.ts"
import { ClientStore } from "./store/ClientStore.ts"

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

export const makeHibikiClient = (
  options: HibikiClientOptions
): Effect.Effect<HibikiClient, never, Ports | Scope.Scope> =>
  Effect.gen(function* () {
    const [outboxStore, clientStore, sockets] = [yield* OutboxStore, yield* ClientStore, yield* SocketFactory]
    const [tickets, snapshots] = [yield* TicketSource, yield* SnapshotSource]
    const [clock, random, scope] = [yield* Effect.clock, yield* Effect.random, yield* Effect.scope]
    const within = yield* makeWithin
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
