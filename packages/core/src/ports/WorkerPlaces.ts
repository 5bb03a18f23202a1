/**
 * Port: the ranks of running workers, from 0 upwards. A broker that ranks consumers uses them to spread partitions
 * evenly.
 */
import { Context, type Effect, type Scope } from "effect"

export class WorkerPlaces extends Context.Tag("@hibiki/core/ports/WorkerPlaces")<
  WorkerPlaces,
  {
    /**
     * The worker's place, for as long as the scope is open; undefined while Redis has assigned none. `moved` is called
     * with another place.
     */
    readonly take: (
      worker: string,
      moved: (place: number) => void
    ) => Effect.Effect<number | undefined, never, Scope.Scope>
  }
>() {}
