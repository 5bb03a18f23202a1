/** What a contract suite is: named cases over a port, run by whatever test runner the backend's tests use. */
import type { Effect, Scope } from "effect"

/** The few assertions that the cases need; vitest's and chai's `assert` fit. */
export interface ContractAssert {
  readonly strictEqual: (actual: unknown, expected: unknown, message?: string) => void
  readonly deepStrictEqual: (actual: unknown, expected: unknown, message?: string) => void
}

/** The runner: `it` as `layer(Backend)("...", (it) => ...)` of @effect/vitest gives it, whose tests have the backend's services. */
export interface ContractIt<R> {
  readonly effect: (name: string, run: () => Effect.Effect<void, unknown, R>) => void
}

/** One promise of a port. It makes its own users and conversations, so a store may be shared by all cases and hold anything. */
export interface ContractCase<Kit> {
  readonly name: string
  readonly run: (kit: Kit) => Effect.Effect<void, unknown, Scope.Scope>
}
