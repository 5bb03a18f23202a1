/** What the bench asks of the process of the attacker. */
import type { Account } from "../../test/e2e/kill/load.ts"

/**
 * Searches, pages of history, what changed in the widest window, and ranges by as many sockets as one device may have.
 */
export const attacks = ["search", "read", "changes", "ranges"] as const
export type Attack = (typeof attacks)[number]

export type AttackOrders = {
  /**
   * Fills a conversation of the first of these people with the dearest texts that the server takes; the others are in
   * it.
   */
  readonly prepare: {
    readonly told: { readonly origin: string; readonly accounts: ReadonlyArray<Account> }
    readonly answers: void
  }
  /**
   * One of these people, whose limits are untouched, begins with calls that follow each other, as fast as the server
   * lets them.
   */
  readonly begin: { readonly told: { readonly attack: Attack; readonly by: number }; readonly answers: void }
  /** Answered when the last call is: what the attacker got. */
  readonly end: {
    readonly told: void
    readonly answers: { readonly answered: number; readonly refused: number; readonly megabytes: number }
  }
}
