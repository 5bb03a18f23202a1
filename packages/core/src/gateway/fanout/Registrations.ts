/**
 * What a gateway has in the routes, as it knows: which logs it wants to hear of, which of them are registered, and
 * under which incarnation and generation. Pure; Interest.ts runs what follows from it.
 */
import type { ConversationId, NodeId } from "../../domain/Ids.ts"
import type { Lease } from "../../ports/Routes.ts"

export class Registrations {
  private readonly wanted = new Set<ConversationId>()
  /** Those of `wanted` that are not registered under this incarnation, as far as is known. */
  private readonly missing = new Set<ConversationId>()
  private held: Lease
  /** Undefined: the lease of this incarnation was not written yet. */
  private generation: string | undefined
  /** All was lost, and is not registered again yet. */
  lost = false

  constructor(node: NodeId) {
    this.held = { node, incarnation: 1 }
  }

  get lease(): Lease {
    return this.held
  }

  /** Whether entries may be written: none before the lease. */
  get isOpen(): boolean {
    return this.generation !== undefined
  }

  /** What a renewal may say: the generation under which everything is registered. */
  get registeredUnder(): string | undefined {
    return this.missing.size === 0 ? this.generation : undefined
  }

  isWanted(log: ConversationId): boolean {
    return this.wanted.has(log)
  }

  /** Wanted, but not registered, as far as is known. */
  isMissing(log: ConversationId): boolean {
    return this.missing.has(log)
  }

  /** Gives those of `logs` that are to be registered. */
  want(logs: Iterable<ConversationId>): ReadonlyArray<ConversationId> {
    const mine: Array<ConversationId> = []
    for (const log of new Set(logs)) {
      if (!this.wanted.has(log)) {
        this.wanted.add(log)
        this.missing.add(log)
      }
      if (this.missing.has(log)) mine.push(log)
    }
    return mine
  }

  /** At most `most` of those that are missing. */
  someMissing(most: number): ReadonlyArray<ConversationId> {
    const some: Array<ConversationId> = []
    for (const log of this.missing) {
      if (some.length === most) break
      some.push(log)
    }
    return some
  }

  registered(logs: ReadonlyArray<ConversationId>): void {
    for (const log of logs) this.missing.delete(log)
  }

  /** No longer wanted. Whether there is an entry to withdraw. */
  drop(log: ConversationId): boolean {
    return this.wanted.delete(log) && !this.missing.delete(log)
  }

  /**
   * What a renewal answered that said `told`. True: the lease stands, and says that everything is registered. A lease
   * that lapsed, or another generation: entries may be gone, so all are to be registered under the next incarnation.
   */
  renewed(told: string | undefined, answer: { readonly generation: string; readonly lapsed: boolean }): boolean {
    if (this.generation === undefined) {
      this.generation = answer.generation
      return false
    }
    if (!answer.lapsed && answer.generation === this.generation) return told !== undefined
    this.lost = true
    this.held = { node: this.held.node, incarnation: this.held.incarnation + 1 }
    this.generation = undefined
    for (const log of this.wanted) this.missing.add(log)
    return false
  }
}
