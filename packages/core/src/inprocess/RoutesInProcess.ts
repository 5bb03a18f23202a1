/** Routes of one process, in maps: nothing of them is lost while the process lives. */
import { Effect, Layer } from "effect"
import type { ConversationId, NodeId } from "../domain/Ids.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { type Interested, type Lease, Routes, routesLeaseMs } from "../ports/Routes.ts"

export const routesBounds: RoutesBounds = { headsMax: 100_000, leaseMs: routesLeaseMs }

/** The port over a book, by the process's monotonic time. */
export const routesOver = (book: RoutesBook): Routes["Type"] => {
  const at = <A>(read: (now: number) => A) => Effect.map(monotonicMs, read)
  return Routes.of({
    renew: (lease, registered) => at((now) => book.renew(lease, registered, now)),
    release: (lease) => Effect.sync(() => book.release(lease)),
    register: (lease, logs) => Effect.sync(() => book.register(lease, logs)),
    withdraw: (lease, logs) => Effect.sync(() => book.withdraw(lease, logs)),
    raise: (heads) => at((now) => book.raise(heads, now)),
    heads: (logs) => Effect.sync(() => logs.map((log) => book.head(log)))
  })
}

export const RoutesInProcess = Layer.sync(Routes, () => routesOver(new RoutesBook(routesBounds)))

export interface RoutesBounds {
  /**
   * Logs with a known head. At the bound the one raised longest ago is forgotten, and its head is unknown until it is
   * raised again.
   */
  readonly headsMax: number
  readonly leaseMs: number
}

interface HeldLease extends Lease {
  readonly until: number
  readonly registered: string | undefined
}

/**
 * The gateways interested in one log. Both arrays belong together, and are replaced, never changed: `raise` returns one
 * of them.
 */
interface Entries {
  readonly leases: ReadonlyArray<Lease>
  readonly nodes: ReadonlyArray<NodeId>
}

const everywhere = { _tag: "Everywhere" } as const

/**
 * Times are monotonic and passed by the caller (ms). There are as many entries as gateways have logs: each gateway
 * bounds its logs, and withdraws those without readers.
 */
export class RoutesBook {
  private readonly known = new Map<ConversationId, number>()
  private readonly interested = new Map<ConversationId, Entries>()
  private readonly leases = new Map<NodeId, HeldLease>()
  /**
   * The entries of a lease that is alone in a log. That is the common case, and one array serves all of a gateway's
   * logs.
   */
  private readonly alone = new WeakMap<Lease, Entries>()
  private generations = 1
  /** The first generation follows no loss: it counts at once. */
  private generation: { readonly name: string; readonly countsFrom: number } | undefined = {
    name: "1",
    countsFrom: Number.NEGATIVE_INFINITY
  }

  constructor(private readonly bounds: RoutesBounds) {}

  renew(
    { incarnation, node }: Lease,
    registered: string | undefined,
    now: number
  ): { generation: string; lapsed: boolean } {
    this.generation ??= { name: `${++this.generations}`, countsFrom: now + this.bounds.leaseMs }
    const lapsed = !this.isLive({ node, incarnation }, now)
    this.leases.set(node, {
      node,
      incarnation,
      until: now + this.bounds.leaseMs,
      registered: lapsed ? undefined : registered
    })
    return { generation: this.generation.name, lapsed }
  }

  release({ incarnation, node }: Lease): void {
    if (this.leases.get(node)?.incarnation === incarnation) this.leases.delete(node)
  }

  register(lease: Lease, logs: ReadonlyArray<ConversationId>): void {
    for (const log of logs) {
      const others = this.interested.get(log)?.leases.filter(({ node }) => node !== lease.node) ?? []
      this.put(log, [...others, lease])
    }
  }

  withdraw({ incarnation, node }: Lease, logs: ReadonlyArray<ConversationId>): void {
    for (const log of logs) {
      const entries = this.interested.get(log)
      if (entries === undefined) continue
      this.put(
        log,
        entries.leases.filter((other) => other.node !== node || other.incarnation !== incarnation)
      )
    }
  }

  raise(heads: ReadonlyArray<readonly [ConversationId, number]>, now: number): Interested {
    for (const [log, head] of heads) this.raiseHead(log, head)
    if (!this.isWhole(now)) return everywhere
    const of = new Map<ConversationId, ReadonlyArray<NodeId>>()
    for (const [log] of heads) {
      const nodes = this.liveNodes(log, now)
      if (nodes !== undefined) of.set(log, nodes)
    }
    return { _tag: "Nodes", of }
  }

  head(log: ConversationId): number {
    return this.known.get(log) ?? 0
  }

  /** Forgets everything. */
  clear(): void {
    this.known.clear()
    this.interested.clear()
    this.leases.clear()
    this.generation = undefined
  }

  /** Returns a function that restores the present state, under no generation: as from a file, without later writes. */
  remember(): () => void {
    const [known, interested, leases] = [new Map(this.known), new Map(this.interested), new Map(this.leases)]
    return () => {
      this.clear()
      for (const [log, head] of known) this.known.set(log, head)
      for (const [log, entries] of interested) this.interested.set(log, entries)
      for (const [node, lease] of leases) this.leases.set(node, lease)
    }
  }

  private raiseHead(log: ConversationId, head: number): void {
    const known = this.known.get(log) ?? 0
    this.known.delete(log)
    this.known.set(log, Math.max(known, head))
    if (this.known.size <= this.bounds.headsMax) return
    const oldest = this.known.keys().next()
    if (!oldest.done) this.known.delete(oldest.value)
  }

  private isLive({ incarnation, node }: Lease, now: number): boolean {
    const held = this.leases.get(node)
    return held !== undefined && held.incarnation === incarnation && now < held.until
  }

  private isWhole(now: number): boolean {
    if (this.generation === undefined || now < this.generation.countsFrom) return false
    for (const [node, { registered, until }] of this.leases) {
      if (now >= until) this.leases.delete(node)
      else if (registered !== this.generation.name) return false
    }
    return this.leases.size > 0
  }

  private liveNodes(log: ConversationId, now: number): ReadonlyArray<NodeId> | undefined {
    const entries = this.interested.get(log)
    if (entries === undefined || entries.leases.every((lease) => this.isLive(lease, now))) return entries?.nodes
    this.put(
      log,
      entries.leases.filter((lease) => this.isLive(lease, now))
    )
    return this.interested.get(log)?.nodes
  }

  private put(log: ConversationId, leases: ReadonlyArray<Lease>): void {
    if (leases.length === 0) this.interested.delete(log)
    else this.interested.set(log, this.entriesOf(leases))
  }

  private entriesOf(leases: ReadonlyArray<Lease>): Entries {
    const [only] = leases
    const shared = leases.length === 1 && only !== undefined ? this.alone.get(only) : undefined
    if (shared !== undefined) return shared
    const entries = { leases, nodes: leases.map(({ node }) => node) }
    if (leases.length === 1 && only !== undefined) this.alone.set(only, entries)
    return entries
  }
}
