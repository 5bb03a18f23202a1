/**
 * A whole chat in one process for tests: memory store, in-process ports, one worker, one gateway, and sockets that only
 * record.
 */

import { AccountsMemory } from "@hibiki/testing/accounts/AccountsMemory"
import { AccountsState } from "@hibiki/testing/accounts/AccountsState"
import { addMemoryUser, ChatMemory } from "@hibiki/testing/ChatMemory"
import { ConversationsMemory } from "@hibiki/testing/ConversationsMemory"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { overService } from "@hibiki/testing/overService"
import { PresenceMemory } from "@hibiki/testing/PresenceMemory"
import { routesMemory } from "@hibiki/testing/RoutesMemory"
import { type Context, Deferred, Effect, Layer } from "effect"
import { Authenticator, SocketRefused } from "../../src/accounts/Authenticator.ts"
import { type Ending, type RevocationListener, RevocationWatch } from "../../src/accounts/RevocationWatch.ts"
import { CommandId, type ConversationId, DeviceId, InstanceId, UserId } from "../../src/domain/Ids.ts"
import type { DeviceKind } from "../../src/domain/Presence.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import type { DeviceSocket } from "../../src/gateway/device/DeviceSession.ts"
import { type GatewayApi, makeGateway } from "../../src/gateway/Gateway.ts"
import { defaultGatewaySettings, type GatewaySettings } from "../../src/gateway/GatewaySettings.ts"
import type { SocketConnection } from "../../src/gateway/SocketConnection.ts"
import { DeliveriesInProcess } from "../../src/inprocess/DeliveriesInProcess.ts"
import { DeviceCursorsInProcess } from "../../src/inprocess/DeviceCursorsInProcess.ts"
import { HintsInProcess } from "../../src/inprocess/HintsInProcess.ts"
import { IngressInProcess } from "../../src/inprocess/IngressInProcess.ts"
import { PushQueueInProcess } from "../../src/inprocess/PushQueueInProcess.ts"
import { SocketPlacesInProcess } from "../../src/inprocess/SocketPlacesInProcess.ts"
import { ActorSystem } from "../../src/kernel/ActorSystem.ts"
import { Conversations } from "../../src/ports/Conversations.ts"
import { Deliveries } from "../../src/ports/Deliveries.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { Hints } from "../../src/ports/Hints.ts"
import { Ingress, IngressConsumer } from "../../src/ports/Ingress.ts"
import { MessageTraces, type MessageTracesApi, noTraces } from "../../src/ports/MessageTraces.ts"
import { Presence } from "../../src/ports/Presence.ts"
import { Routes } from "../../src/ports/Routes.ts"
import type { Envelope } from "../../src/ports/Submission.ts"
import { Users } from "../../src/ports/Users.ts"
import type { ClientFrame, CursorPair } from "../../src/protocol/ClientFrame.ts"
import type { CloseCode } from "../../src/protocol/CloseCode.ts"
import type { ServerFrame } from "../../src/protocol/ServerFrame.ts"
import { CommitPublisher } from "../../src/worker/CommitPublisher.ts"
import { WorkerLayer } from "../../src/worker/Worker.ts"

const stores = Layer.mergeAll(EventStoreMemory, ConversationsMemory, AccountsMemory).pipe(
  Layer.provideMerge(ChatMemory.layer)
)

/** Decides which envelopes get through. */
export type Filter = (envelope: Envelope, index: number) => boolean

/** What a test puts over a service: the members it gives replace the service's own. */
type Over<Service> = (service: Service) => Partial<Service>

export interface WorldOptions {
  readonly keep?: Filter
  readonly settings?: Partial<GatewaySettings>
  readonly auth?: Over<Pick<Authenticator, "openSocket" | "resumeTicket">>
  readonly store?: Over<EventStore["Type"]>
  readonly conversations?: Over<Conversations["Type"]>
  readonly routes?: Over<Routes["Type"]>
  readonly deliveries?: Over<Deliveries["Type"]>
  readonly users?: Over<Users["Type"]>
  readonly presence?: Over<Presence["Type"]>
  readonly hints?: Over<Hints["Type"]>
  readonly ingress?: Over<Ingress["Type"]>
  readonly consumer?: Over<IngressConsumer["Type"]>
  /** Where the ways of messages are noted. Nowhere if left out. */
  readonly traces?: MessageTracesApi
}

/**
 * Tickets here say whose they are: `<user>_<device>`. Of devices that are connected it is written down when that was
 * noted.
 */
const authOf = (
  noted: Array<ReadonlyArray<DeviceId>>,
  kindOf: (device: DeviceId) => DeviceKind,
  members: NonNullable<WorldOptions["auth"]> = () => ({})
) => {
  const tickets: Pick<Authenticator, "openSocket" | "resumeTicket"> = {
    resumeTicket: (owner) => Effect.succeed({ ticket: `${owner.userId}_${owner.deviceId}`, ttlMs: 600_000 }),
    openSocket: (ticket, device) => {
      const [user, owner] = ticket.split("_")
      return user === undefined || owner !== device
        ? Effect.fail(new SocketRefused())
        : Effect.succeed({
            owner: { userId: UserId.make(user), deviceId: device, sessionVersion: 1 },
            kind: kindOf(device)
          })
    }
  }
  return Layer.succeed(
    Authenticator,
    Authenticator.make({
      authenticate: () => Effect.die("no access tokens here"),
      forgetAll: Effect.void,
      issueTicket: () => Effect.die("tickets are made up"),
      ...tickets,
      ...members(tickets),
      connected: (devices) => Effect.sync(() => void noted.push(devices))
    })
  )
}

const makeRevocations = () => {
  const listeners = new Set<RevocationListener>()
  const ended = new Map<DeviceId, Ending>()
  const layer = Layer.succeed(
    RevocationWatch,
    RevocationWatch.make({
      poll: Effect.void,
      subscribe: (listener) => Effect.sync(() => void listeners.add(listener)),
      endingOf: (device) => ended.get(device)
    })
  )
  const end = (ending: Ending) => (device: DeviceId) => {
    ended.set(device, ending)
    for (const listener of listeners) listener([device], ending)
  }
  return { layer, revoke: end("revoked"), expire: end("expired") }
}

export const makeWorld = (options: WorldOptions = {}) =>
  Effect.gen(function* () {
    const revocations = makeRevocations()
    const noted: Array<ReadonlyArray<DeviceId>> = []
    const kinds = new Map<DeviceId, DeviceKind>()
    const ports = Layer.mergeAll(
      stores.pipe(
        over(EventStore, options.store),
        over(Conversations, options.conversations),
        over(Users, options.users)
      ),
      PresenceMemory.pipe(over(Presence, options.presence)),
      HintsInProcess.pipe(over(Hints, options.hints)),
      routesMemory().pipe(over(Routes, options.routes)),
      filteredOr(options.keep).pipe(over(Deliveries, options.deliveries)),
      IngressInProcess.pipe(over(Ingress, options.ingress), over(IngressConsumer, options.consumer)),
      Layer.succeed(MessageTraces, options.traces ?? noTraces),
      DeviceCursorsInProcess,
      SocketPlacesInProcess,
      ActorSystem.layer,
      authOf(noted, (device) => kinds.get(device) ?? "browser", options.auth),
      revocations.layer
    )
    const context = yield* Layer.build(
      WorkerLayer.pipe(
        Layer.provideMerge(Layer.merge(CommitPublisher.Default, PushQueueInProcess)),
        Layer.provideMerge(ports)
      )
    )
    const settings = {
      ...defaultGatewaySettings,
      sends: { ratePerSecond: 1e6, burst: 1e6 },
      sendsInOne: { ratePerSecond: 1e6, burst: 1e6 },
      frames: { ratePerSecond: 1e6, burst: 1e6 },
      ...options.settings
    }
    const gateway = yield* Effect.provide(makeGateway(settings), context)
    const connect = (user: UserId, options: ConnectOptions = {}) =>
      Effect.gen(function* () {
        const device = options.device ?? DeviceId.make(yield* makeUuidV7)
        kinds.set(device, options.kind ?? "browser")
        return yield* makeDevice((options.at ?? gateway).connect, user, { ...options, device })
      })
    const provide = Effect.provide(context)
    const { settled } = yield* provide(ActorSystem)
    return {
      context,
      /** No actor has a message that it could handle. */
      settled,
      actors: provide(ActorSystem),
      gateway,
      connect,
      revoke: revocations.revoke,
      expire: revocations.expire,
      /** The devices that the store was told to be connected, each time. */
      noted,
      provide,
      user: (handle: string) => provide(addAccount(handle)),
      /** The user's wish to look offline, as a settings page would change it. */
      hide: (user: UserId, invisible: boolean) =>
        provide(
          Effect.gen(function* () {
            const changes = yield* (yield* Users).setInvisible(user, invisible, 0)
            yield* (yield* CommitPublisher).announce(changes ?? [], [])
          })
        ),
      /** The first blocks the other, or does no more, as a page would change it. */
      block: (user: UserId, blocked: UserId, on: boolean) =>
        provide(
          Effect.gen(function* () {
            const changes = yield* (yield* Users).setBlocked(user, blocked, on, 0)
            yield* (yield* CommitPublisher).announce(changes ?? [], [])
          })
        ),
      /** One more gateway of the same chat, with actors of its own, for as long as the scope lives. */
      anotherGateway: provide(
        Effect.flatMap(Layer.build(ActorSystem.layer), (actors) => Effect.provide(makeGateway(settings), actors))
      )
    } as const
  })

/** A user as both the chat's stores and the accounts' know it. */
const addAccount = (handle: string) =>
  Effect.gen(function* () {
    const userId = yield* addMemoryUser(handle)
    const { accounts } = yield* AccountsState
    accounts.set(userId, {
      ...{ userId, handle, displayName: handle, admin: false, disabled: false, invisible: false, createdAt: 0 },
      ...{ passwordHash: undefined, passwordVersion: 1 }
    })
    return userId
  })

const over = <Id, Service extends object>(tag: Context.Tag<Id, Service>, members: Over<Service> = () => ({})) =>
  overService(tag, (service) => ({ ...service, ...members(service) }))

const filteredOr = (keep: Filter | undefined) => (keep === undefined ? DeliveriesInProcess : filteredLayer(keep))

const filteredLayer = (keep: Filter) =>
  Layer.effect(
    Deliveries,
    Effect.map(Deliveries, (inner) => {
      let index = 0
      return Deliveries.of({
        ...inner,
        publish: (envelopes) => inner.publish(envelopes.filter(({ envelope }) => keep(envelope, index++)))
      })
    })
  ).pipe(Layer.provide(DeliveriesInProcess))

export interface ConnectOptions {
  readonly device?: DeviceId
  /** "browser" when left out. */
  readonly kind?: DeviceKind
  /** The gateway to come to, if it is not the world's first. */
  readonly at?: GatewayApi
  readonly instance?: InstanceId
  readonly cursors?: ReadonlyArray<CursorPair>
  readonly epoch?: Extract<ClientFrame, { op: "hello" }>["epoch"]
  /** False: `cursors` frames follow the hello. */
  readonly last?: boolean
  /** The reader takes nothing from the network until told. */
  readonly stuck?: boolean
}

/** What the socket has seen. `closedWith`: the first close. */
interface SocketState {
  buffered: number
  silentMs: number
  stuck: boolean
  reading: boolean
  closedWith: CloseCode | undefined
}

const makeDevice = (connect: (socket: DeviceSocket) => SocketConnection, user: UserId, options: ConnectOptions) =>
  Effect.gen(function* () {
    const deviceId = options.device ?? DeviceId.make(yield* makeUuidV7)
    const instance = options.instance ?? InstanceId.make(yield* makeUuidV7)
    const frames: Array<ServerFrame> = []
    const waiters = new Set<() => void>()
    const closedWith = yield* Deferred.make<CloseCode>()
    const state: SocketState = {
      buffered: 0,
      silentMs: 0,
      stuck: options.stuck === true,
      reading: true,
      closedWith: undefined
    }
    const connection = connect({
      address: "127.0.0.1",
      origin: "",
      write: (written) => {
        for (const frame of written) {
          if (state.stuck) state.buffered += frame.size
          frames.push(JSON.parse(frame.text))
        }
        for (const waiter of [...waiters]) waiter()
      },
      bufferedBytes: () => state.buffered,
      silentMs: () => state.silentMs,
      setReading: (reading) => {
        state.reading = reading
      },
      close: (code) => {
        state.closedWith ??= code
        Deferred.unsafeDone(closedWith, Effect.succeed(code))
      }
    })
    const send = (frame: ClientFrame) => connection.text(JSON.stringify(frame))
    /** The first frame that fits, of those that came and those to come. */
    const wait = <F extends ServerFrame>(fits: (frame: ServerFrame) => frame is F): Effect.Effect<F> =>
      Effect.async((resume) => {
        const look = () => {
          const found = frames.find(fits)
          if (found === undefined) return
          waiters.delete(look)
          resume(Effect.succeed(found))
        }
        waiters.add(look)
        look()
      })
    const op = <O extends ServerFrame["op"]>(
      name: O,
      fits: (frame: Extract<ServerFrame, { op: O }>) => boolean = () => true
    ) =>
      wait(
        (frame): frame is Extract<ServerFrame, { op: O }> =>
          frame.op === name && fits(frame as Extract<ServerFrame, { op: O }>)
      )
    /** Seqs that this socket was given in a log, in the order in which they came. */
    const seqs = (log: ConversationId): ReadonlyArray<number> =>
      frames.flatMap((frame) => {
        if (frame.op === "events" && frame.conversationId === log) return frame.events.map((event) => event.seq)
        return frame.op === "accepted" && frame.conversationId === log ? [frame.seq] : []
      })
    const post = (conversationId: ConversationId, ...texts: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        const posts = yield* Effect.forEach(texts, (text) =>
          Effect.map(makeUuidV7, (id) => ({ id: CommandId.make(id), text }))
        )
        send({ op: "post", conversationId, posts })
        return posts.map((p) => p.id)
      })
    const reachSeq = (log: ConversationId, seq: number) =>
      wait(
        (frame): frame is ServerFrame =>
          (frame.op === "events" || frame.op === "accepted" || frame.op === "behind") && seqs(log).includes(seq)
      )
    send({
      op: "hello",
      version: 1,
      ticket: `${user}_${deviceId}`,
      device: deviceId,
      instance,
      epoch: options.epoch ?? null,
      cursors: options.cursors ?? [],
      last: options.last ?? true
    })
    return {
      deviceId,
      instance,
      user,
      frames,
      connection,
      send,
      op,
      wait,
      seqs,
      post,
      reachSeq,
      state,
      /** The reader takes everything that waits, and goes on reading. */
      drain: () => {
        state.buffered = 0
        state.stuck = false
        connection.drained()
      },
      closed: Deferred.await(closedWith)
    } as const
  })

export type TestDevice = Effect.Effect.Success<ReturnType<typeof makeDevice>>
