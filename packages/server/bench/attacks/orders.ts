/** What the bench asks of the process of the attacker. */
import type { Account } from "../../test/e2e/kill/load.ts"

export type Attack = "search" | "read"

export type AttackOrders = {
  /** Fills a conversation of the attacker's own with the dearest texts that the server takes. */
  readonly prepare: { readonly told: { readonly origin: string; readonly account: Account }; readonly answers: void }
  /** Begins with calls that follow each other, as fast as the server lets them. */
  readonly begin: { readonly told: Attack; readonly answers: void }
  /** Answered when the last call is: what the attacker got. */
  readonly end: {
    readonly told: void
    readonly answers: { readonly answered: number; readonly refused: number; readonly megabytes: number }
  }
}
