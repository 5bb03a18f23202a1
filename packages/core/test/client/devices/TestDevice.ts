/**
 * One device of the user over a link with latency, its calls, and its stores, which outlive reloads and say at each
 * save whether they are right.
 */
import { Effect, Exit, Layer, Scope } from "effect"
import { SocketFactory, type SocketHandlers } from "../../../src/client/connection/SocketFactory.ts"
import { TicketSource } from "../../../src/client/connection/TicketSource.ts"
import { holdsSeq } from "../../../src/client/feed/FeedRows.ts"
import type { KeptFeed } from "../../../src/client/feed/KeptFeed.ts"
import { SnapshotSource, SourceNotFound, SourceUnavailable } from "../../../src/client/feed/SnapshotSource.ts"
import { type HibikiClient, makeHibikiClient } from "../../../src/client/HibikiClient.ts"
import { OutboxStore } from "../../../src/client/outbox/OutboxStore.ts"
import { ClientStore, ClientStoreFailed, type StoreChange } from "../../../src/client/store/ClientStore.ts"
import { ClientStoreMemory, OutboxStoreMemory } from "../../../src/client/store/ClientStoreMemory.ts"
import { type ConversationId, DeviceId, InstanceId } from "../../../src/domain/Ids.ts"
import type { PageFrom } from "../../../src/ports/Conversations.ts"
import { decodeClientFrame, isFrameProblem } from "../../../src/protocol/ClientFrame.ts"
import { encodeFrame } from "../../../src/protocol/ServerFrame.ts"
import { type ModelServer, me, type Peer } from "./ModelServer.ts"
import type { VirtualTime } from "./virtualTime.ts"

const uuid = (n: number) => `0190b0c0-2222-7abc-8def-${n.toString(16).padStart(12, "0")}`
const pageRows = 5

/** What is broken on purpose, to see that the test would see it. */
export interface Sabotage {
  readonly save?: (change: StoreChange) => StoreChange
  readonly skipsChanged?: boolean
}

interface Link {
  readonly peer: Peer
  readonly handlers: SocketHandlers
  isUp: boolean
}

export class TestDevice {
  client: HibikiClient | undefined
  latencyMs = 5
  callsFail = false
  /** "half": kept, and reported as failed all the same. */
  saves: "well" | "not" | "half" = "well"
  /** Sockets are refused. */
  isOffline = false
  /** The first thing that was not right in what was kept. */
  problem: string | undefined
  readonly opened = new Map<ConversationId, () => void>()
  readonly #time: VirtualTime
  readonly #server: ModelServer
  readonly #number: number
  readonly #sabotage: Sabotage
  readonly #store: ClientStore["Type"]
  readonly #outbox: OutboxStore["Type"]
  #scope: Scope.CloseableScope | undefined
  #link: Link | undefined
  #lives = 0

  constructor(time: VirtualTime, server: ModelServer, number: number, sabotage: Sabotage = {}) {
    this.#time = time
    this.#server = server
    this.#number = number
    this.#sabotage = sabotage
    this.#store = time.run(Effect.provide(ClientStore, ClientStoreMemory))
    this.#outbox = time.run(Effect.provide(OutboxStore, OutboxStoreMemory))
  }

  get peer(): Peer | undefined {
    return this.#link?.peer
  }

  start(): void {
    const life = ++this.#lives
    const scope = this.#time.run(Scope.make())
    const device = DeviceId.make(uuid(this.#number))
    const instance = InstanceId.make(uuid(0x1_000 * this.#number + life))
    const client = this.#time.run(
      makeHibikiClient({ device, instance, ...(life % 2 === 0 ? { viewer: me } : {}) }).pipe(
        Scope.extend(scope),
        Effect.provide(this.#layer(life))
      )
    )
    this.#scope = scope
    this.client = client
    this.#time.run(client.start)
  }

  /** `crashes`: nothing more is kept; else what moved is. */
  end(crashes: boolean): void {
    if (this.#scope === undefined) return
    if (crashes) this.#lives++
    this.#time.run(Scope.close(this.#scope, Exit.void))
    this.#scope = undefined
    this.client = undefined
    this.opened.clear()
    this.#drop()
  }

  cut(): void {
    const link = this.#link
    this.#drop()
    if (link !== undefined) this.#time.at(this.#time.now + this.latencyMs, () => link.handlers.onClose(1006))
  }

  open(room: ConversationId): void {
    const close = this.client?.open(room)
    if (close !== undefined && !this.opened.has(room)) this.opened.set(room, close)
    else close?.()
  }

  kept(room: ConversationId): KeptFeed | undefined {
    return this.#time.run(this.#store.feed(room))
  }

  #drop(): void {
    const link = this.#link
    this.#link = undefined
    if (link === undefined) return
    link.isUp = false
    this.#server.peers.delete(link.peer)
  }

  #layer(life: number) {
    return Layer.mergeAll(
      Layer.succeed(SocketFactory, SocketFactory.of({ open: (handlers) => this.#open(handlers) })),
      Layer.succeed(TicketSource, TicketSource.of({ fetch: this.#later(() => Effect.succeed("ticket")) })),
      Layer.succeed(SnapshotSource, this.#source),
      Layer.succeed(OutboxStore, {
        ...this.#outbox,
        put: (rows) => Effect.suspend(() => (life === this.#lives ? this.#outbox.put(rows) : Effect.void)),
        remove: (ids) => Effect.suspend(() => (life === this.#lives ? this.#outbox.remove(ids) : Effect.void))
      }),
      Layer.succeed(ClientStore, { ...this.#store, save: (change) => Effect.suspend(() => this.#save(change, life)) })
    )
  }

  #save(change: StoreChange, life: number): Effect.Effect<void, ClientStoreFailed> {
    if (life !== this.#lives) return Effect.void
    const failure = new ClientStoreFailed({ operation: "save", cause: "full" })
    if (this.saves === "not") return failure
    const kept = Effect.map(this.#store.save(this.#sabotage.save?.(change) ?? change), () => {
      for (const { conversationId } of change.feeds) this.problem ??= this.#problemOf(change.epoch, conversationId)
    })
    return this.saves === "half" ? Effect.zipRight(kept, failure) : kept
  }

  /** A kept feed is right as of its kept cursor, or newer, at every moment. */
  #problemOf(epoch: StoreChange["epoch"], room: ConversationId): string | undefined {
    const kept = Effect.runSync(this.#store.feed(room))
    // Calls do not tell an epoch: until a welcome does, they may have read from the restored store. Nothing of it
    // outlives the welcome.
    if (kept === undefined || epoch !== this.#server.state.epoch) return undefined
    const isRight = (seq: number) => seq <= kept.cursor && !holdsSeq(kept.gaps, seq) && !holdsSeq(kept.stale, seq)
    const rows = new Map(kept.rows.map((row) => [row.seq, row]))
    for (const row of kept.rows) {
      // The text of what was deleted since is in no event any more: such a row may be blank ahead of its time.
      if (!isRight(row.seq) || this.#server.now(room).get(row.seq)?.deleted === true) continue
      const expected = this.#server.fold(epoch, room, Math.max(kept.cursor, row.rev)).get(row.seq)
      if (textOf(row) !== textOf(expected)) return `kept ${textOf(row)} as of ${kept.cursor} is not ${textOf(expected)}`
    }
    const visible = this.#server.visibleFrom(room) ?? Number.POSITIVE_INFINITY
    for (const seq of this.#server.fold(epoch, room, kept.cursor).keys())
      if (seq >= visible && isRight(seq) && !rows.has(seq))
        return `row ${seq} is not kept, and the cursor is ${kept.cursor}`
    return undefined
  }

  #later<A, E>(answer: () => Effect.Effect<A, E>): Effect.Effect<A, E> {
    return Effect.async<A, E>((resume) => {
      this.#time.at(this.#time.now + this.latencyMs, () => {
        const exit = Effect.runSyncExit(answer())
        this.#time.at(this.#time.now + this.latencyMs, () => resume(exit))
      })
    })
  }

  #call<A>(read: () => Effect.Effect<A | undefined, unknown>): Effect.Effect<A, SourceNotFound | SourceUnavailable> {
    return this.#later(() =>
      this.callsFail
        ? Effect.fail(new SourceUnavailable({ cause: "down" }))
        : read().pipe(
            Effect.mapError((cause) => new SourceUnavailable({ cause })),
            Effect.flatMap((found) => (found === undefined ? Effect.fail(new SourceNotFound()) : Effect.succeed(found)))
          )
    )
  }

  readonly #source = SnapshotSource.of({
    snapshot: Effect.catchTag(
      this.#call(() => this.#server.conversations.snapshot(me)),
      "SourceNotFound",
      (cause) => new SourceUnavailable({ cause })
    ),
    conversation: (id) => this.#call(() => this.#server.conversations.summary(me, id)),
    page: ({ before, conversationId }) => {
      const from: PageFrom = before === undefined ? { _tag: "Latest" } : { _tag: "Before", seq: before }
      return this.#call(() => this.#server.conversations.page(me, conversationId, from, pageRows))
    },
    changedSince: ({ asOf, conversationId, from, to }) =>
      this.#call(() =>
        Effect.map(this.#server.conversations.changedSince(me, conversationId, asOf, from, to), (page) =>
          page !== undefined && this.#sabotage.skipsChanged === true ? { ...page, rows: [] } : page
        )
      ),
    receipts: () => this.#call(() => Effect.succeed([]))
  })

  #open(handlers: SocketHandlers) {
    const times = { up: 0, down: 0 }
    const onWay = (way: "up" | "down", act: () => void) => {
      times[way] = Math.max(times[way], this.#time.now + this.latencyMs)
      this.#time.at(times[way], () => link.isUp && act())
    }
    const peer: Peer = {
      device: DeviceId.make(uuid(this.#number)),
      send: (frame) => onWay("down", () => handlers.onMessage(encodeFrame(frame).text)),
      cursors: new Map(),
      places: new Map(),
      isWelcomed: false,
      lose: 0,
      jump: 0
    }
    const link: Link = { peer, handlers, isUp: true }
    this.#drop()
    this.#link = link
    if (this.isOffline) this.cut()
    else {
      this.#server.peers.add(peer)
      onWay("down", handlers.onOpen)
    }
    return {
      send: (text: string) =>
        onWay("up", () => {
          const frame = decodeClientFrame(text)
          if (isFrameProblem(frame)) throw new Error(`a bad frame: ${text}`)
          this.#server.receive(peer, frame)
        }),
      close: () => {
        if (link === this.#link) this.#drop()
      }
    }
  }
}

/** Equal texts for equal data, whatever the order of fields. */
export const textOf = (value: unknown): string => {
  if (!isRecord(value))
    return JSON.stringify(value, (_, inner) => (isRecord(inner) ? sorted(inner) : inner)) ?? "nothing"
  const known = texts.get(value)
  if (known !== undefined) return known
  const text = JSON.stringify(sorted(value), (_, inner) => (isRecord(inner) ? sorted(inner) : inner))
  texts.set(value, text)
  return text
}

/** Rows are plain data that nobody changes. */
const texts = new WeakMap<object, string>()

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const sorted = (record: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
