/** Routes of one process, in maps: nothing of them is lost while the process lives. */
import { Effect, Layer } from "effect"
import { monotonicMs } from "../fibers/monotonicMs.ts"
import { Routes, routesLeaseMs } from "../ports/Routes.ts"
import { RoutesBook, type RoutesBounds } from "./RoutesBook.ts"

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
