/**
 * The leases of this process's gateways. They are renewed each second. The same step detects lost leases and finds the
 * gateways whose lease has lapsed, with the devices that they left behind.
 *
 * A gateway reports under the name of its life. A life ends with its lease, or when Redis loses its data. Devices that
 * the gateway does not report again under its next life are cleared, as for a gateway that is gone. So an older state
 * of Redis shows nobody as present for ever.
 */
import { randomBytes, randomUUID } from "node:crypto"
import type { NodeId } from "@hibiki/core/domain/Ids"
import { monotonicMs } from "@hibiki/core/fibers/Time"
import { Effect } from "effect"
import { offlineForMs } from "./PresenceUsers.ts"
import { leaveScript, lookScript } from "./presenceScripts.ts"
import { RedisClients, type RedisError } from "./RedisClients.ts"

export interface Look {
  /** Gateways of this process whose reports may be lost. */
  readonly lost: ReadonlyArray<NodeId>
  /** Whether everything in Redis may be lost. */
  readonly anew: boolean
  /** The lives whose devices may be cleared now. */
  readonly dead: ReadonlyArray<string>
}

export const makePresenceLeases = (leaseMs: number) =>
  Effect.gen(function* () {
    const { key, script, watch } = yield* RedisClients
    const permits = yield* Effect.makeSemaphore(1)
    const [ask, takeLeave] = [script(lookScript), script(leaveScript)]
    const keys = [key("presence:generation"), key("presence:nodes")]
    const prefix = key("presence:lease:")
    const leftOf = (life: string): string => key(`presence:left:${life}`)
    /**
     * The life of each gateway, as far as Redis reported it: empty before the first. If the answer to a renewal was
     * lost, Redis may have begun another life. That one lapses, and the next renewal tells the gateway of the loss.
     */
    const lives = new Map<NodeId, string>()
    let generation: string | undefined
    /**
     * Since when Redis was reachable at every look and this process renewed its own leases in time (monotonic, ms).
     * After a pause a process sees leases that had no chance to be renewed.
     */
    let seenSince: number | undefined
    yield* watch((up) => {
      if (!up) seenSince = undefined
    })

    const taken = (present: string, begun: ReadonlyArray<readonly [NodeId, string]>): Omit<Look, "dead"> => {
      const anew = generation !== undefined && generation !== present
      const lost = begun.flatMap(([node]) => (lives.get(node) ? [node] : []))
      for (const [node, life] of begun) if (lives.has(node)) lives.set(node, life)
      generation = present
      return { lost, anew }
    }
    const look = permits.withPermits(1)(
      Effect.gen(function* () {
        const known = [...lives]
        const next = known.map(([node]) => [node, `${node}.${randomBytes(6).toString("base64url")}`] as const)
        const given = known.flatMap(([, life], i) => [life, next[i]?.[1] ?? ""])
        const answer = yield* ask(keys, [prefix, leaseMs, randomUUID(), generation ?? "", ...given])
        const [present, begun, dead] = answer as readonly [string, ReadonlyArray<number>, ReadonlyArray<string>]
        const now = yield* monotonicMs
        const found = taken(
          present,
          begun.flatMap((i) => next.slice(i, i + 1))
        )
        // The devices to report again still belong to the life that has ended. They have the time of one lease to move
        // from there.
        seenSince = found.lost.length > 0 ? now : (seenSince ?? now)
        return { ...found, dead: now - seenSince >= leaseMs ? dead : [] } satisfies Look as Look
      }).pipe(
        Effect.tapError(() =>
          Effect.sync(() => {
            seenSince = undefined
          })
        )
      )
    )
    return {
      look,
      leaseOf: (life: string): string => prefix + life,
      /** Returns undefined if the life has not begun. */
      lifeOf: (node: NodeId): string | undefined => lives.get(node) || undefined,
      begin: (node: NodeId): void => {
        if (!lives.has(node)) lives.set(node, "")
      },
      end: (node: NodeId): void => void lives.delete(node),
      leftOf,
      /**
       * Shortens the lease: it lapses soon, and the next process to look clears its devices, last seen at `at`. Never
       * runs during a look, which might renew the lease.
       */
      leave: (life: string, graceMs: number, at: number): Effect.Effect<void, RedisError> =>
        Effect.asVoid(permits.withPermits(1)(takeLeave([prefix + life, leftOf(life)], [graceMs, at, offlineForMs])))
    } as const
  })

export type PresenceLeases = Effect.Effect.Success<ReturnType<typeof makePresenceLeases>>
