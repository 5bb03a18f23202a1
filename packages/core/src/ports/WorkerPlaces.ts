/**
 * Port: the ranks of living workers, 0 upwards. A broker that ranks consumers spreads partitions evenly by them.
 */
import { Context, type Effect, type Scope } from "effect"

export class WorkerPlaces extends Context.Tag("@hibiki/core/ports/WorkerPlaces")<
  WorkerPlaces,
  {
    /**
     * Its place, for as long as the scope is open; undefined while Redis has not given it any. `moved` is told of
     * another one.
     */
    readonly take: (
      worker: string,
      moved: (place: number) => void
    ) => Effect.Effect<number | undefined, never, Scope.Scope>
  }
>() {}
