/** A contract suite: named cases over a port, which the test runner of a backend's tests runs. */
import { Context, Effect, Scope } from "effect"

/** The few assertions that the cases need; vitest's and chai's `assert` fit. */
export interface ContractAssert {
  readonly strictEqual: (actual: unknown, expected: unknown, message?: string) => void
  readonly deepStrictEqual: (actual: unknown, expected: unknown, message?: string) => void
}

/**
 * The runner: `it` as `layer(Backend)("...", (it) => ...)` of @effect/vitest gives it, whose tests have the backend's
 * services.
 */
export interface ContractIt<R> {
  readonly effect: (name: string, run: () => Effect.Effect<void, unknown, R>) => void
}

/**
 * One promise of a port. It makes its own users and conversations, so a store may be shared by all cases and hold
 * anything.
 */
export interface ContractCase<Kit> {
  readonly name: string
  readonly run: (kit: Kit) => Effect.Effect<void, unknown, Scope.Scope>
}

/** Registers each case as a test with a kit of its own, and a scope that ends with it. */
export const runCases = <Kit, R>(
  it: ContractIt<R>,
  cases: ReadonlyArray<ContractCase<Kit>>,
  kit: Effect.Effect<Kit, unknown, R>
): void => {
  for (const { name, run } of cases) it.effect(name, () => withScope(Effect.flatMap(kit, run)))
}

// Like Effect.scoped, whose type can't be followed for services that are not known here.
const withScope = <A, E, R>(effect: Effect.Effect<A, E, R | Scope.Scope>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Scope.make(),
    (scope) =>
      Effect.mapInputContext(effect, (context: Context.Context<R>) => Context.add(context, Scope.Scope, scope)),
    (scope, exit) => Scope.close(scope, exit)
  )
