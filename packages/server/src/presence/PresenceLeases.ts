/** The leases of this process's gateways: renewed each second, found lost, and what others left behind whose lease has lapsed. */
import { randomUUID } from "node:crypto"
import type { NodeId } from "@hibiki/core/domain/Ids"
import { monotonicMs } from "@hibiki/core/kernel/monotonicMs"
import { Effect } from "effect"
import { RedisClients } from "../infra/redis/RedisClients.ts"
import { lookScript } from "./presenceScripts.ts"

export interface Look {
  /** Of this process: what they have reported may be lost. */
  readonly lost: ReadonlyArray<NodeId>
  /** Everything that was kept may be lost. */
  readonly anew: boolean
  /** Whose devices may be cleared now. */
  readonly dead: ReadonlyArray<NodeId>
}

export const makePresenceLeases = (leaseMs: number) =>
  Effect.gen(function* () {
    const { key, script, watch } = yield* RedisClients
    const permits = yield* Effect.makeSemaphore(1)
    const ask = script(lookScript)
    const keys = [key("presence:generation"), key("presence:nodes")]
    const prefix = key("presence:lease:")
    /**
     * Of each gateway the name that its lease was last given, as far as was heard: empty before the first. A renewal whose answer was
     * lost may have told of a loss; its holder does not know the name, and is told again.
     */
    const lives = new Map<NodeId, string>()
    let generation: string | undefined
    /** Since when Redis was there at every look (monotonic, ms): whoever comes back to it sees leases that others had no chance to renew. */
    let seenSince: number | undefined
    yield* watch((up) => {
      if (!up) seenSince = undefined
    })

    const taken = (present: string, lapsed: ReadonlyArray<NodeId>, next: ReadonlyMap<NodeId, string>): Omit<Look, "dead"> => {
      const anew = generation !== undefined && generation !== present
      // A lease that came back with an older state stands, and still what was reported last may be gone.
      const lost = (anew ? [...lives.keys()] : lapsed).filter((node) => lives.get(node))
      for (const node of lapsed) if (lives.has(node)) lives.set(node, next.get(node) ?? "")
      generation = present
      return { lost, anew }
    }
    const look = permits.withPermits(1)(
      Effect.gen(function* () {
        const next = new Map([...lives.keys()].map((node) => [node, randomUUID()] as const))
        const given = [...lives].flatMap(([node, life]) => [node, life, next.get(node) ?? ""])
        const answer = yield* ask(keys, [prefix, leaseMs, randomUUID(), ...given])
        const [present, lapsed, dead] = answer as readonly [string, ReadonlyArray<NodeId>, ReadonlyArray<NodeId>]
        const now = yield* monotonicMs
        seenSince ??= now
        return { ...taken(present, lapsed, next), dead: now - seenSince >= leaseMs ? dead : [] } satisfies Look as Look
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
      leaseOf: (node: NodeId): string => prefix + node,
      holds: (node: NodeId): boolean => Boolean(lives.get(node)),
      begin: (node: NodeId): void => {
        if (!lives.has(node)) lives.set(node, "")
      },
      end: (node: NodeId): void => void lives.delete(node)
    } as const
  })
