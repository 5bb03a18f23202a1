/**
 * A device of a simulation: Hibiki's own client over simulated sockets and calls, with stores that outlive its reloads
 * and crashes. Records its actions and observations.
 */

import { SocketFactory } from "@hibiki/core/client/connection/SocketFactory"
import { SignedOut, TicketSource, TicketUnavailable } from "@hibiki/core/client/connection/TicketSource"
import { SnapshotSource, SourceNotFound, SourceUnavailable } from "@hibiki/core/client/feed/SnapshotSource"
import { type HibikiClient, makeHibikiClient } from "@hibiki/core/client/HibikiClient"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { OutboxStore } from "@hibiki/core/client/outbox/OutboxStore"
import { ClientStore } from "@hibiki/core/client/store/ClientStore"
import { clientStoreMemory, outboxStoreMemory } from "@hibiki/core/client/store/ClientStoreMemory"
import type { HistoryPage } from "@hibiki/core/domain/Conversation"
import { type CommandId, type ConversationId, type DeviceId, InstanceId, type UserId } from "@hibiki/core/domain/Ids"
import { isKnownRow } from "@hibiki/core/domain/RowKinds"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { decodeServerFrame } from "@hibiki/core/protocol/ServerFrame"
import { Context, Data, Effect, Exit, Scope } from "effect"
import type { ApiCalls } from "./ApiCalls.ts"
import type { Dice } from "./Dice.ts"
import { killNode, makeNode, overPort, passageOf, type SimulatedNode } from "./SimulatedNode.ts"
import type { SimulatedApi, SimulatedServer } from "./SimulatedServer.ts"
import { SimulatedSocket } from "./SimulatedSocket.ts"
import type { World } from "./World.ts"

/** The connection to api broke: nobody knows whether the call was done. */
export class CallLost extends Data.TaggedError("CallLost")<Record<never, never>> {}

export interface Owner {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly accessToken: string
}

/** A sabotage's wrapper over the ports of a device's client. */
export type ClientPorts = Context.Context<SocketFactory | SnapshotSource | OutboxStore | ClientStore>
export type OverClient = (ports: ClientPorts) => ClientPorts

interface Life {
  readonly node: SimulatedNode
  readonly client: HibikiClient
}

/** So few that a device's stored rows of a conversation often reach beyond the newest page. */
const pageRows = 12

export class SimulatedDevice {
  readonly owner: Owner
  readonly #world: World
  readonly #server: SimulatedServer
  readonly #kept: Context.Context<OutboxStore | ClientStore>
  readonly #over: OverClient
  readonly #dice: Dice
  readonly #readShown = new Map<ConversationId, number>()
  /** Commands of this device that have not reached its store yet. */
  readonly unkept = new Set<CommandId>()
  #life: Life | undefined
  #isStarting = false
  socket: SimulatedSocket | undefined
  /** Revoked, by itself or another: it never comes back. */
  isGone = false

  private constructor(
    world: World,
    server: SimulatedServer,
    owner: Owner,
    kept: Context.Context<OutboxStore | ClientStore>,
    over: OverClient
  ) {
    this.#world = world
    this.#server = server
    this.owner = owner
    this.#kept = kept
    this.#over = over
    this.#dice = world.dice(`device ${owner.deviceId}`)
    world.record({ _tag: "signedIn", device: owner.deviceId, userId: owner.userId })
  }

  static make(world: World, server: SimulatedServer, owner: Owner, over: OverClient): SimulatedDevice {
    const kept = Context.make(OutboxStore, outboxStoreMemory()).pipe(Context.add(ClientStore, clientStoreMemory()))
    return new SimulatedDevice(world, server, owner, kept, over)
  }

  /** Undefined while it is not running. */
  get client(): HibikiClient | undefined {
    return this.#life?.client
  }

  /** As stored. */
  readonly outboxRows = (): ReadonlyArray<OutboxRow> =>
    Effect.runSync(Effect.orDie(Context.get(this.#kept, OutboxStore).load))

  /** Opens the page, or starts the program. */
  readonly start: Effect.Effect<void> = Effect.gen(this, function* () {
    if (this.#life !== undefined || this.#isStarting || this.isGone) return
    this.#isStarting = true
    const node = yield* makeNode("client")
    const instance = InstanceId.make(yield* makeUuidV7)
    const ports = this.#over(this.#ports(node))
    const client = yield* makeHibikiClient({ device: this.owner.deviceId, instance, viewer: this.owner.userId }).pipe(
      Effect.provide(Context.merge(ports, this.#tickets(node))),
      Scope.extend(node.scope)
    )
    this.#life = { node, client }
    this.#isStarting = false
    this.#readShown.clear()
    this.#world.record({ _tag: "started", device: this.owner.deviceId })
    client.subscribe(({ conversations, feeds }) => this.#note(client, feeds, conversations))
    yield* client.start
  })

  /** Closes it as a person does. */
  readonly close: Effect.Effect<void> = Effect.gen(this, function* () {
    const life = this.#life
    this.#life = undefined
    if (life !== undefined)
      yield* Effect.zipRight(Scope.close(life.node.scope, Exit.void), killNode(this.#world, life.node))
  })

  /**
   * Its process is killed, or its battery is empty. Commands given to it just before are lost: nothing was promised
   * yet.
   */
  readonly crash: Effect.Effect<void> = Effect.suspend(() => {
    const life = this.#life
    this.#life = undefined
    for (const id of this.unkept) this.#world.record({ _tag: "dropped", device: this.owner.deviceId, id })
    this.unkept.clear()
    this.socket?.cut()
    return life === undefined ? Effect.void : killNode(this.#world, life.node)
  })

  /** A call with this device's token to one of the api processes, and the rows in its answer. */
  call<A, E>(
    name: string,
    run: (calls: ApiCalls) => Effect.Effect<A, E>,
    rowsOf: (answer: A) => { readonly conversationId: ConversationId; readonly page: HistoryPage } | undefined = () =>
      undefined
  ): Effect.Effect<A, E | CallLost> {
    const { time, record } = this.#world
    const call = this.#world.nextNumber()
    const device = this.owner.deviceId
    const lost = () => {
      record({ _tag: "answered", device, call, isOk: false })
      return new CallLost()
    }
    const answered = (api: SimulatedApi, exit: Exit.Exit<A, E>): Effect.Effect<A, E | CallLost> => {
      if (!api.node.isUp || Exit.isInterrupted(exit)) return lost()
      const read = Exit.isSuccess(exit) ? rowsOf(exit.value) : undefined
      const rows = read?.page.rows.filter(isKnownRow)
      record({ _tag: "answered", device, call, isOk: Exit.isSuccess(exit), conversationId: read?.conversationId, rows })
      return exit
    }
    const asked = (): Effect.Effect<A, E | CallLost> => {
      const { apis } = this.#server
      const api = apis[this.#dice.below(apis.length)]
      if (api === undefined) return lost()
      return Effect.flatMap(Effect.exit(run(api.callsAs(this.owner.accessToken))), (exit) =>
        time.later(this.#dice.next() * 20, () => answered(api, exit))
      )
    }
    return Effect.suspend(() => {
      record({ _tag: "called", device, call, name })
      return time.later(this.#dice.next() * 20, asked)
    })
  }

  #tickets(node: SimulatedNode): Context.Context<TicketSource> {
    const fetch = this.call("ticket.issue", (calls) => calls("ticket.issue", undefined)).pipe(
      Effect.map(({ ticket }) => ticket),
      Effect.mapError((cause) =>
        cause._tag === "Unauthenticated" ? new SignedOut() : new TicketUnavailable({ cause })
      )
    )
    return Context.make(TicketSource, overPort(node, TicketSource.of({ fetch }), ownPassage(node)))
  }

  #ports(node: SimulatedNode): ClientPorts {
    const slow = passageOf(this.#world, node, {
      isAway: () => false,
      answersLost: () => false,
      latencyMs: () => this.#dice.next() * 4,
      failure: undefined,
      lasting: new Set()
    })
    return Context.make(OutboxStore, overPort(node, this.#outboxStore(node), slow)).pipe(
      Context.add(ClientStore, overPort(node, Context.get(this.#kept, ClientStore), slow)),
      Context.add(SnapshotSource, overPort(node, this.#snapshots(), ownPassage(node))),
      Context.add(SocketFactory, SocketFactory.of({ open: (handlers) => this.#open(node, handlers) }))
    )
  }

  #outboxStore(node: SimulatedNode): OutboxStore["Type"] {
    const store = Context.get(this.#kept, OutboxStore)
    const put: typeof store.put = (rows) =>
      Effect.suspend(() => {
        if (!node.isUp) return Effect.interrupt
        for (const { id } of rows) this.unkept.delete(id)
        return store.put(rows)
      })
    return { ...store, put }
  }

  #snapshots(): SnapshotSource["Type"] {
    const unavailable = (cause: { readonly _tag: string }) => new SourceUnavailable({ cause })
    const absent = (cause: { readonly _tag: string }) =>
      cause._tag === "NotFound" ? new SourceNotFound() : unavailable(cause)
    return SnapshotSource.of({
      snapshot: Effect.mapError(
        this.call("me.snapshot", (calls) => calls("me.snapshot", undefined)),
        unavailable
      ),
      conversation: (conversationId) =>
        Effect.mapError(
          this.call("conversation.get", (calls) => calls("conversation.get", { conversationId })),
          absent
        ),
      page: (request) => {
        const { conversationId } = request
        const rows = (page: HistoryPage) => ({ conversationId, page })
        return Effect.mapError(
          this.call("history.page", (calls) => calls("history.page", { ...request, limit: pageRows }), rows),
          absent
        )
      },
      changedSince: (request) => {
        const { conversationId } = request
        const rows = (page: HistoryPage) => ({ conversationId, page })
        return Effect.mapError(
          this.call("history.changedSince", (calls) => calls("history.changedSince", request), rows),
          absent
        )
      },
      receipts: (conversationId) =>
        Effect.mapError(
          this.call("conversation.receipts", (calls) => calls("conversation.receipts", { conversationId })),
          absent
        )
    })
  }

  #open(node: SimulatedNode, handlers: Parameters<SocketFactory["Type"]["open"]>[0]): SimulatedSocket {
    const { deviceId: device } = this.owner
    const socket = this.#world.nextNumber()
    const { gateways } = this.#server
    const own =
      <A extends ReadonlyArray<unknown>>(act: (...given: A) => void) =>
      (...given: A): void => {
        if (node.isUp) act(...given)
      }
    const opened = new SimulatedSocket(
      this.#world,
      this.#dice,
      gateways[this.#dice.below(gateways.length)],
      { onOpen: own(handlers.onOpen), onMessage: own(handlers.onMessage), onClose: own(handlers.onClose) },
      {
        opened: () => this.#world.record({ _tag: "opened", device, socket }),
        closed: (code) => this.#world.record({ _tag: "closed", device, socket, code }),
        sent: (text) => this.#world.record({ _tag: "sent", device, socket, frame: JSON.parse(text) }),
        received: (text) => {
          const frame = decodeServerFrame(text)
          if (frame !== undefined && node.isUp) this.#world.record({ _tag: "received", device, socket, frame })
        }
      }
    )
    this.#world.counters.reconnects++
    this.socket = opened
    return opened
  }

  #note(client: HibikiClient, feeds: ReadonlySet<ConversationId>, listChanged: boolean): void {
    const { deviceId: device } = this.owner
    for (const conversationId of feeds) {
      const view = client.feed(conversationId)
      if (view !== undefined) this.#world.record({ _tag: "shown", device, conversationId, entries: view.entries })
    }
    if (!listChanged) return
    for (const { conversationId, readUpTo } of client.conversations()) {
      if (this.#readShown.get(conversationId) === readUpTo) continue
      this.#readShown.set(conversationId, readUpTo)
      this.#world.record({ _tag: "readShown", device, conversationId, upTo: readUpTo })
    }
  }
}

/** Takes no time of its own. A client that is gone sends nothing and receives nothing. */
const ownPassage =
  (node: SimulatedNode) =>
  <A, E>(_: string, call: Effect.Effect<A, E>): Effect.Effect<A, E> => {
    const unlessKilled = (answer: A) => (node.isUp ? Effect.succeed(answer) : Effect.interrupt)
    return Effect.suspend(() => (node.isUp ? Effect.flatMap(call, unlessKilled) : Effect.interrupt))
  }
