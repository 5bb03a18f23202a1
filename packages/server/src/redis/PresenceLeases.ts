/**
 * The leases of this process's gateways: renewed each second, found lost, and what others left behind whose lease has
 * lapsed.
 *
 * A gateway reports under a name of its life, which ends with its lease, and with a loss of what Redis kept: what it
 * does not report again under the next one is cleared like what is left of a gateway that is gone. So an older state of
 * Redis keeps nobody there for ever.
 */
import { randomBytes, randomUUID } from "node:crypto"
import type { NodeId } from "@hibiki/core/domain/Ids"
import { monotonicMs } from "@hibiki/core/fibers/Time"
import { Effect } from "effect"
import { offlineForMs } from "./PresenceUsers.ts"
import { leaveScript, lookScript } from "./presenceScripts.ts"
import { RedisClients, type RedisError } from "./RedisClients.ts"

export interface Look {
  /** Of this process: what they have reported may be lost. */
  readonly lost: ReadonlyArray<NodeId>
  /** Everything that was kept may be lost. */
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
     * Of each gateway its life, as far as was heard: empty before the first. A renewal whose answer was lost may have
     * begun another; that one lapses, and the gateway is told of the loss by the next.
     */
    const lives = new Map<NodeId, string>()
    let generation: string | undefined
    /**
     * Since when Redis was there at every look, and this process in time for its own leases (monotonic, ms): whoever
     * comes back sees leases that had no chance to be renewed.
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
        // What is to be reported again is in the life that has ended: it has a lease's time to come over from there.
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
      /** Undefined: it has not begun. */
      lifeOf: (node: NodeId): string | undefined => lives.get(node) || undefined,
      begin: (node: NodeId): void => {
        if (!lives.has(node)) lives.set(node, "")
      },
      end: (node: NodeId): void => void lives.delete(node),
      leftOf,
      /**
       * It lapses soon, and is cleared by whoever looks then, as seen until `at`. Beside no look, which might renew it.
       */
      leave: (life: string, graceMs: number, at: number): Effect.Effect<void, RedisError> =>
        Effect.asVoid(permits.withPermits(1)(takeLeave([prefix + life, leftOf(life)], [graceMs, at, offlineForMs])))
    } as const
  })

export type PresenceLeases = Effect.Effect.Success<ReturnType<typeof makePresenceLeases>>
