/**
 * Routes in Redis. Under the prefix of keys:
 *
 * | key | type | content | until |
 * |---|---|---|---|
 * | `routes:generation` | text | names all data stored since the last loss, and the run of Redis | lost with everything
 * else; another run begins the next |
 * | `routes:fresh` | mark | the generation does not count yet | one lease |
 * | `routes:nodes` | set | nodes that may hold a lease | removed when they do not |
 * | `routes:lease:<node>` | text | incarnation, life, generation under which all is registered | one lease after the
 * last renewal |
 * | `routes:entries:<log>` | hash | node -> incarnation, of those with readers | withdrawn, or found without a lease |
 * | `routes:head:<log>` | number | the highest head that was raised | an hour after it was raised last |
 *
 * A head that has expired is unknown until it is raised again. Until then a gateway that missed it learns of it from
 * the store.
 */
import { randomUUID } from "node:crypto"
import type { ConversationId, NodeId } from "@hibiki/core/domain/Ids"
import { type Interested, type Lease, Routes, RoutesUnavailable, routesLeaseMs } from "@hibiki/core/ports/Routes"
import { Effect, Layer } from "effect"
import { RedisClients, type RedisError } from "./RedisClients.ts"
import { raiseScript, registerScript, releaseScript, renewScript, withdrawScript } from "./routesScripts.ts"

export interface RoutesRedisOptions {
  readonly leaseMs: number
}

const headForMs = 3_600_000
/** Logs per script: Redis serves nobody else meanwhile. */
const slice = 500
/** The number of entries of one log from which a registration looks for dead ones. */
const entriesMax = 16

export const routesRedis = ({ leaseMs }: RoutesRedisOptions): Layer.Layer<Routes, never, RedisClients> =>
  Layer.effect(
    Routes,
    Effect.map(RedisClients, ({ key, run, script }) => {
      const [renew, release, raise] = [script(renewScript), script(releaseScript), script(raiseScript)]
      const [register, withdraw] = [script(registerScript), script(withdrawScript)]
      const [generation, fresh, nodes] = [key("routes:generation"), key("routes:fresh"), key("routes:nodes")]
      const [leasePrefix, headPrefix, entriesPrefix] = [
        key("routes:lease:"),
        key("routes:head:"),
        key("routes:entries:")
      ]
      const leases = new Leases({
        leaseMs,
        renew: (node, given) => renew([leasePrefix + node, nodes, generation, fresh], given),
        release: (node, given) => release([leasePrefix + node, nodes], given)
      })
      const orLapse = (lease: Lease) => (error: RedisError) => leases.failed(lease, error)

      return Routes.of({
        renew: (lease, registered) => leases.renew(lease, registered),
        release: (lease) => leases.release(lease),
        register: (lease, logs) =>
          inSlices(logs, (some) =>
            register(
              [nodes, ...some.map((log) => entriesPrefix + log)],
              [lease.node, lease.incarnation, leasePrefix, entriesMax]
            )
          ).pipe(Effect.asVoid, Effect.mapError(orLapse(lease))),
        withdraw: (lease, logs) =>
          inSlices(logs, (some) =>
            withdraw(
              some.map((log) => entriesPrefix + log),
              [lease.node, lease.incarnation]
            )
          ).pipe(Effect.asVoid, Effect.mapError(orLapse(lease))),
        raise: (heads) =>
          Effect.mapBoth(
            // A call without heads still asks whether all is known.
            inSlices(
              heads,
              (some) =>
                raise([generation, fresh, nodes], [leasePrefix, headPrefix, entriesPrefix, headForMs, ...some.flat()]),
              1
            ),
            {
              onFailure: unavailable,
              onSuccess: (answers) => interestedOf(heads, answers as ReadonlyArray<RaiseAnswer>)
            }
          ),
        heads: (logs) =>
          Effect.mapBoth(
            inSlices(logs, (some) => run((redis) => redis.mget(some.map((log) => headPrefix + log)))),
            { onFailure: unavailable, onSuccess: (answers) => answers.flat().map(Number) }
          )
      })
    })
  )

export const RoutesRedis = routesRedis({ leaseMs: routesLeaseMs })

const unavailable = (cause: RedisError) => new RoutesUnavailable({ cause })

interface LeaseScripts {
  readonly leaseMs: number
  readonly renew: (node: NodeId, given: ReadonlyArray<string | number>) => Effect.Effect<unknown, RedisError>
  readonly release: (node: NodeId, given: ReadonlyArray<string | number>) => Effect.Effect<unknown, RedisError>
}

/**
 * The leases that this process holds, each with its life: a name that Redis stored with the lease. If the answer to a
 * renewal was lost, it may have reported a lapse that nobody received. The holder then does not know the name, and the
 * next renewal reports the lapse again.
 */
class Leases {
  readonly #lives = new Map<NodeId, { readonly incarnation: number; readonly life: string }>()
  readonly #scripts: LeaseScripts

  constructor(scripts: LeaseScripts) {
    this.#scripts = scripts
  }

  renew(lease: Lease, registered: string | undefined): ReturnType<Routes["Type"]["renew"]> {
    return Effect.suspend(() => {
      const { incarnation, node } = lease
      const next = randomUUID()
      const given = [
        node,
        incarnation,
        this.#lifeOf(lease),
        next,
        registered ?? "",
        this.#scripts.leaseMs,
        randomUUID()
      ]
      return this.#scripts.renew(node, given).pipe(
        Effect.map((answer) => {
          const [present, lapsed] = answer as readonly [string, number]
          if (lapsed === 1) this.#lives.set(node, { incarnation, life: next })
          return { generation: present, lapsed: lapsed === 1 }
        }),
        Effect.mapError(unavailable)
      )
    })
  }

  release(lease: Lease): Effect.Effect<void, RoutesUnavailable> {
    return Effect.suspend(() => {
      this.#forget(lease)
      return Effect.mapError(this.#scripts.release(lease.node, [lease.node, lease.incarnation]), unavailable)
    })
  }

  /**
   * Called when a write under the lease failed. If the write may have been executed, or may be executed late, the
   * incarnation ends, and everything is registered again under the next.
   */
  failed(lease: Lease, error: RedisError): RoutesUnavailable {
    if (error.reason !== "refused") this.#forget(lease)
    return unavailable(error)
  }

  #lifeOf({ incarnation, node }: Lease): string {
    const known = this.#lives.get(node)
    return known?.incarnation === incarnation ? known.life : ""
  }

  #forget({ incarnation, node }: Lease): void {
    if (this.#lives.get(node)?.incarnation === incarnation) this.#lives.delete(node)
  }
}

/** Runs slice by slice; at least `atLeast` slices, which may be empty. */
const inSlices = <A, B>(
  all: ReadonlyArray<A>,
  run: (some: ReadonlyArray<A>) => Effect.Effect<B, RedisError>,
  atLeast = 0
) =>
  Effect.forEach(Array.from({ length: Math.max(atLeast, Math.ceil(all.length / slice)) }), (_, i) =>
    run(all.slice(i * slice, (i + 1) * slice))
  )

type RaiseAnswer = number | readonly [ReadonlyArray<NodeId>, ...ReadonlyArray<string>]

const interestedOf = (
  heads: ReadonlyArray<readonly [ConversationId, number]>,
  answers: ReadonlyArray<RaiseAnswer>
): Interested => {
  const of = new Map<ConversationId, ReadonlyArray<NodeId>>()
  let at = 0
  for (const answer of answers) {
    if (typeof answer === "number") return { _tag: "Everywhere" }
    const [nodes, ...places] = answer
    // Most logs have the same few gateways: these share one array.
    const groups = new Map<string, ReadonlyArray<NodeId>>()
    for (const text of places) {
      const group = groups.get(text) ?? groupOf(nodes, text)
      groups.set(text, group)
      const log = heads[at++]?.[0]
      if (log !== undefined && group.length > 0) of.set(log, group)
    }
  }
  return { _tag: "Nodes", of }
}

const groupOf = (nodes: ReadonlyArray<NodeId>, places: string): ReadonlyArray<NodeId> =>
  places === "" ? [] : places.split(",").flatMap((place) => nodes[Number(place)] ?? [])
