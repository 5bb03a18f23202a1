/**
 * A process of ten devices that write with Hibiki's own client, in bursts, whether the server is there or not.
 * Started by fork; takes `{origin, devices, conversations}`, then `burst`, `open` and `finish`.
 */
import { randomUUID } from "node:crypto"
import { ClientStoreMemory } from "@hibiki/core/client/ClientStoreMemory"
import type { HibikiClient } from "@hibiki/core/client/HibikiClient"
import { makeHibikiClient } from "@hibiki/core/client/makeHibikiClient"
import { OutboxStoreMemory } from "@hibiki/core/client/OutboxStoreMemory"
import { SnapshotSource, SourceUnavailable } from "@hibiki/core/client/SnapshotSource"
import { TicketSource, TicketUnavailable } from "@hibiki/core/client/TicketSource"
import type { ConversationSummary, HistoryPage, PersonalSnapshot } from "@hibiki/core/domain/Conversation"
import { ConversationId, DeviceId, InstanceId } from "@hibiki/core/domain/Ids"
import { Effect, Layer } from "effect"
import { socketFactoryWs } from "../../../../src/cli/chat/session/SocketFactoryWs.ts"
import { type Account, call } from "../api.ts"
import type { Populated, SentRow, WritersReport } from "../load.ts"

/** Ten devices, ten posts each in every 400 ms: 250 a second. */
const burstEveryMs = 400
const postsPerBurst = 10
/** Sends that are open when the server is killed, at least. */
const openAtKill = 20
/** Longer than the longest wait between two tries of a client. */
const settleWithinMs = 90_000

interface Writer {
  readonly account: Account
  readonly client: HibikiClient
  readonly conversations: ReadonlyArray<ConversationId>
}

const violations: Array<string> = []
const sent: Array<SentRow> = []
let writers: ReadonlyArray<Writer> = []
let burst: (() => void) | undefined
let stopped = false

const sources = (origin: string, account: Account) => {
  const ask = <A>(tag: string, payload: unknown): Effect.Effect<A, SourceUnavailable> =>
    Effect.tryPromise({ try: () => call<A>(origin, tag, payload, account.accessToken), catch: (cause) => new SourceUnavailable({ cause }) })
  return Layer.mergeAll(
    Layer.succeed(TicketSource, {
      fetch: ask<{ readonly ticket: string }>("ticket.issue", {}).pipe(
        Effect.map(({ ticket }) => ticket),
        Effect.mapError((cause) => new TicketUnavailable({ cause }))
      )
    }),
    Layer.succeed(SnapshotSource, {
      snapshot: ask<PersonalSnapshot>("me.snapshot", {}),
      conversation: (conversationId) => ask<ConversationSummary>("conversation.get", { conversationId }),
      page: (request) => ask<HistoryPage>("history.page", request),
      changedSince: (request) => ask<HistoryPage>("history.changedSince", request),
      receipts: () => Effect.succeed([])
    })
  )
}

const open = (origin: string, account: Account, all: Populated["conversations"]) =>
  Effect.gen(function* () {
    const client = yield* makeHibikiClient({ device: DeviceId.make(account.deviceId), instance: InstanceId.make(randomUUID()) })
    const conversations = all
      .filter(({ members }) => members.includes(account.userId))
      .map(({ conversationId }) => ConversationId.make(conversationId))
    yield* client.start
    return { account, client, conversations } satisfies Writer
  }).pipe(Effect.provide([OutboxStoreMemory, ClientStoreMemory, socketFactoryWs(origin), sources(origin, account)]))

let round = 0
const writeBurst = ({ account, client, conversations }: Writer) => {
  for (let i = 0; i < postsPerBurst; i++) {
    const conversationId = conversations[(round + i) % conversations.length]
    if (conversationId === undefined) continue
    const result = client.post(conversationId, `round ${round}, post ${i}`)
    if (result._tag === "Queued") sent.push({ id: result.id, deviceId: account.deviceId, conversationId })
    // A device that was away for long has as much waiting as it may: it says so, and its person would wait.
    else if (result.code !== "outbox_full") violations.push(`a post was not taken: ${result.code}`)
  }
}

/** Handed over and not settled. */
const openSends = (): number => {
  let count = 0
  for (const { client, conversations } of writers) {
    for (const conversationId of conversations)
      count += client.feed(conversationId)?.pending.filter((post) => post.state === "sent").length ?? 0
  }
  return count
}

const run = (origin: string, devices: ReadonlyArray<Account>, conversations: Populated["conversations"]) =>
  Effect.gen(function* () {
    writers = yield* Effect.forEach(devices, (account) => open(origin, account, conversations))
    while (!stopped) {
      for (const writer of writers) writeBurst(writer)
      round++
      // The frames of the burst leave within a few turns of the event loop, and are hardly answered then.
      for (let turn = 0; burst !== undefined && turn < 1_000; turn++) {
        yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        if (openSends() < openAtKill) continue
        burst()
        burst = undefined
      }
      yield* Effect.sleep(burstEveryMs)
    }
    return yield* Effect.never
  }).pipe(Effect.scoped)

/** Nothing is left to send, and all devices hold the same of each conversation. */
const isSettled = (): boolean => {
  const cursors = new Map<ConversationId, Set<number | undefined>>()
  for (const { client, conversations } of writers) {
    if (client.inspect().outboxRows > 0) return false
    for (const conversationId of conversations) {
      const known = cursors.get(conversationId) ?? new Set()
      cursors.set(conversationId, known.add(client.feed(conversationId)?.cursor))
    }
  }
  return [...cursors.values()].every((places) => places.size === 1)
}

const finish = async (): Promise<WritersReport> => {
  stopped = true
  const until = performance.now() + settleWithinMs
  while (!isSettled() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
  if (!isSettled()) violations.push("the devices did not come to the same place")
  for (const { account, client } of writers) {
    const left = client.inspect().outboxRows
    if (left > 0) violations.push(`device ${account.deviceId} still has ${left} posts that nobody answered (${client.status()._tag})`)
  }
  const feeds = writers.map(({ client, conversations }) => {
    // Conversations that nobody looks at keep their newest rows; those after the last gap are without one.
    const shown = (conversationId: ConversationId) => {
      const entries = client.feed(conversationId)?.entries ?? []
      const whole = entries.slice(entries.findLastIndex((entry) => entry._tag === "gap") + 1)
      return whole.flatMap((entry) => (entry._tag === "row" && entry.row.kind === "posted" ? [[entry.row.seq, entry.row.id] as const] : []))
    }
    return Object.fromEntries(conversations.map((conversationId) => [conversationId, shown(conversationId)]))
  })
  return { sent, feeds, violations }
}

type Message =
  | {
      readonly op: "write"
      readonly origin: string
      readonly devices: ReadonlyArray<Account>
      readonly conversations: Populated["conversations"]
    }
  | { readonly op: "live" | "hurry" | "finish" }
  | { readonly op: "burst"; readonly pid: number }

process.on("message", (message: Message) => {
  if (message.op === "write") Effect.runFork(run(message.origin, message.devices, message.conversations))
  else if (message.op === "live") process.send?.(writers.length > 0 && writers.every(({ client }) => client.status()._tag === "live"))
  else if (message.op === "hurry") for (const { client } of writers) client.retryNow()
  else if (message.op === "burst") {
    burst = () => {
      const open = openSends()
      process.kill(message.pid, "SIGKILL")
      process.send?.(open)
    }
  } else void finish().then((report) => process.send?.(report))
})
