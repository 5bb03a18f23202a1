/** The sockets of a gateway whose hello has arrived, and messages to the actors of their users. */
import { Context, Effect, Layer } from "effect"
import { closeCodeOf, type Ending } from "../../accounts/RevocationWatch.ts"
import type { DeviceId, UserId } from "../../domain/Ids.ts"
import { tellOrStop } from "../../kernel/ActorRef.ts"
import { ActorSystem } from "../../kernel/ActorSystem.ts"
import type { ActorSystemApi } from "../../kernel/Behaviour.ts"
import { type SocketPlace, SocketPlaces } from "../../ports/SocketPlaces.ts"
import type { CloseCode } from "../../protocol/CloseCode.ts"
import { GatewayNode } from "../GatewayNode.ts"
import type { DeviceSession, SocketFacts } from "./DeviceSession.ts"
import type { UserMessage } from "./UserMessage.ts"

export const userPath = (userId: UserId): string => `user/${userId}`

export class GatewaySessions {
  static readonly Tag = Context.GenericTag<GatewaySessions>("@hibiki/core/gateway/GatewaySessions")
  static readonly layer = Layer.effect(
    this.Tag,
    Effect.gen(function* () {
      return new GatewaySessions(yield* ActorSystem, yield* GatewayNode, yield* SocketPlaces)
    })
  )

  /** By the key of their answers. */
  readonly #byKey = new Map<string, DeviceSession>()

  constructor(
    private readonly system: Pick<ActorSystemApi, "find">,
    private readonly gateway: Pick<GatewayNode["Type"], "node">,
    private readonly socketPlaces: Pick<SocketPlaces["Type"], "take" | "leave">
  ) {}

  get size(): number {
    return this.#byKey.size
  }

  get(key: string): DeviceSession | undefined {
    return this.#byKey.get(key)
  }

  /** Also notifies other gateways: an older socket of the same device and page ends there. */
  add(session: DeviceSession): void {
    this.#byKey.set(session.key, session)
    this.socketPlaces.take(this.#placeOf(session))
  }

  delete(session: DeviceSession): void {
    this.#byKey.delete(session.key)
    this.socketPlaces.leave(this.#placeOf(session))
  }

  #placeOf({ deviceId, instance, key }: DeviceSession): SocketPlace {
    return { device: deviceId, instance, node: this.gateway.node, key }
  }

  values(): MapIterator<DeviceSession> {
    return this.#byKey.values()
  }

  *facts(): Generator<SocketFacts> {
    for (const session of this.#byKey.values()) yield session.facts
  }

  /** Every user with a socket here, once. */
  users(): ReadonlyArray<UserId> {
    return [...new Set([...this.#byKey.values()].map((session) => session.userId))]
  }

  /** Every device with a socket here, once. */
  devices(): ReadonlyArray<DeviceId> {
    return [...new Set([...this.#byKey.values()].map((session) => session.deviceId))]
  }

  /**
   * Sends a message to the user's actor, if it is here. An actor that can't take a message stops. So nothing is lost
   * silently: its sockets end, and their clients reconnect to a fresh actor.
   */
  tellUser(userId: UserId, message: UserMessage): void {
    const user = this.system.find<UserMessage>(userPath(userId))
    if (user !== undefined) tellOrStop(user, message)
  }

  tellUsers(message: UserMessage): void {
    for (const userId of this.users()) this.tellUser(userId, message)
  }

  endDevices(devices: ReadonlyArray<DeviceId>, ending: Ending): void {
    const ended = new Set(devices)
    for (const session of this.#byKey.values()) {
      if (!ended.has(session.deviceId)) continue
      if (ending === "revoked") session.revoke()
      else session.tell({ _tag: "End", code: closeCodeOf(ending) })
    }
  }

  endAll(code: CloseCode): void {
    for (const session of this.#byKey.values()) session.tell({ _tag: "End", code })
  }
}
