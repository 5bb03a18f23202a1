/**
 * The processes of a simulation: gateways and workers as the server composes them, and api as the caller provides it.
 * Killed ones come back under another name.
 */

import { AccountPolicy } from "@hibiki/core/accounts/AccountPolicy"
import { Authenticator } from "@hibiki/core/accounts/Authenticator"
import { RevocationWatch } from "@hibiki/core/accounts/RevocationWatch"
import { type GatewayApi, makeGateway } from "@hibiki/core/gateway/Gateway"
import { defaultGatewaySettings } from "@hibiki/core/gateway/GatewaySettings"
import { PushQueueInProcess } from "@hibiki/core/inprocess/PushQueueInProcess"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { ActorSystem } from "@hibiki/core/kernel/ActorSystem"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { CommitPublisher } from "@hibiki/core/worker/CommitPublisher"
import { WorkerLayer } from "@hibiki/core/worker/Worker"
import { Context, Effect, Exit, Scope } from "effect"
import type { CallsAs, StartApi } from "./ApiCalls.ts"
import { adding } from "./adding.ts"
import type { NodePorts, SharedState } from "./SharedState.ts"
import { killNode, makeNode, type SimulatedNode } from "./SimulatedNode.ts"

export interface SimulatedGateway {
  readonly node: SimulatedNode
  readonly api: GatewayApi
}

export interface SimulatedApi {
  readonly node: SimulatedNode
  readonly callsAs: CallsAs
}

type Ports = Context.Context<NodePorts>

/** A sabotage's wrapper over the ports of one kind of process. */
export interface OverPorts {
  readonly gateway?: (ports: Ports) => Ports
  readonly worker?: (ports: Ports) => Ports
}

/** No run reaches these: other tests cover refusals by limits. */
const generous = { ratePerSecond: 1e6, burst: 1e6 }
/** So few that devices often lag, and gateways skip ahead. */
const catchUpMax = 6
const gatewaySettings = {
  ...defaultGatewaySettings,
  sends: generous,
  sendsInOne: generous,
  frames: generous,
  catchUpMax
}

const gatewayServices = (ports: Ports) =>
  Effect.succeed(ports).pipe(
    adding(RateLimitsLocal),
    adding(AccountPolicy.with({})),
    adding(ActorSystem.layer),
    adding(RevocationWatch.Default),
    adding(Authenticator.Default)
  )
const workerServices = (ports: Ports) =>
  Effect.succeed(ports).pipe(adding(CommitPublisher.Default), adding(PushQueueInProcess), adding(WorkerLayer))

export class SimulatedServer {
  readonly #shared: SharedState
  readonly #startApi: StartApi
  readonly #over: OverPorts
  #started = 0
  gateways: ReadonlyArray<SimulatedGateway> = []
  workers: ReadonlyArray<SimulatedNode> = []
  apis: ReadonlyArray<SimulatedApi> = []

  constructor(shared: SharedState, startApi: StartApi, over: OverPorts) {
    this.#shared = shared
    this.#startApi = startApi
    this.#over = over
  }

  readonly startGateway: Effect.Effect<void> = Effect.gen(this, function* () {
    const node = yield* this.#node("gateway")
    const ports = countingHoles(this.#shared, (this.#over.gateway ?? same)(this.#shared.portsOf(node)))
    const services = yield* Scope.extend(gatewayServices(ports), node.scope)
    const api = yield* makeGateway(gatewaySettings).pipe(Effect.provide(services), Scope.extend(node.scope))
    if (node.isUp) this.gateways = [...this.gateways, { node, api }]
  })

  readonly startWorker: Effect.Effect<void> = Effect.gen(this, function* () {
    const node = yield* this.#node("worker")
    const ports = (this.#over.worker ?? same)(this.#shared.portsOf(node))
    yield* Scope.extend(workerServices(ports), node.scope)
    if (node.isUp) this.workers = [...this.workers, node]
  })

  readonly startApi: Effect.Effect<void> = Effect.gen(this, function* () {
    const node = yield* this.#node("api")
    const callsAs = yield* this.#startApi.pipe(Effect.provide(this.#shared.portsOf(node)), Scope.extend(node.scope))
    if (node.isUp) this.apis = [...this.apis, { node, callsAs }]
  })

  killGateway(gateway: SimulatedGateway): Effect.Effect<void> {
    this.gateways = this.gateways.filter((other) => other !== gateway)
    return this.#kill(gateway.node)
  }

  killWorker(worker: SimulatedNode): Effect.Effect<void> {
    this.workers = this.workers.filter((other) => other !== worker)
    return this.#kill(worker)
  }

  killApi(api: SimulatedApi): Effect.Effect<void> {
    this.apis = this.apis.filter((other) => other !== api)
    return this.#kill(api.node)
  }

  /** Like an operator's stop of a gateway: it asks its sockets to move, settles everything that they sent, and ends. */
  drainGateway(gateway: SimulatedGateway): Effect.Effect<void> {
    this.gateways = this.gateways.filter((other) => other !== gateway)
    return gateway.api
      .drain(1_000)
      .pipe(
        Effect.zipRight(Scope.close(gateway.node.scope, Exit.void)),
        Effect.zipRight(killNode(this.#shared.world, gateway.node))
      )
  }

  #kill(node: SimulatedNode): Effect.Effect<void> {
    this.#shared.world.counters.kills++
    return killNode(this.#shared.world, node)
  }

  #node(role: string): Effect.Effect<SimulatedNode> {
    return makeNode(`${role} ${++this.#started}`)
  }
}

const same = (ports: Ports): Ports => ports

/** A gateway reads events of a log after a seq if their envelope did not come. */
const countingHoles = ({ world }: SharedState, ports: Ports): Ports => {
  const store = Context.get(ports, EventStore)
  return Context.add(ports, EventStore, {
    ...store,
    after: (log, after, limit) =>
      Effect.tap(store.after(log, after, limit), ({ events }) =>
        Effect.sync(() => {
          world.counters.healed += events.length
        })
      )
  })
}
