/** Does what an operator asks of this process. */
import { Clock, Effect } from "effect"
import type { NodeAct } from "../domain/NodeAct.ts"
import type { ActorSystemApi } from "../kernel/Behaviour.ts"
import type { Performed } from "../ports/NodeActs.ts"
import { Secrets } from "../ports/Secrets.ts"
import { openedPath } from "./Inspector.ts"

/** The parts of a process on which an act works. A role lacks some of them. */
export interface ActingParts {
  readonly actors?: Pick<ActorSystemApi, "find" | "stop"> | undefined
  /** Ends a socket of this process. False: there is none of this name. */
  readonly disconnect?: ((socket: string) => boolean) | undefined
  /** Ends the process in order, soon after it returns. Undefined: nothing else would serve then. */
  readonly end?: (() => void) | undefined
}

export const performAct =
  ({ actors, disconnect, end }: ActingParts) =>
  (act: NodeAct): Effect.Effect<Performed, never, Secrets> =>
    Effect.gen(function* () {
      switch (act._tag) {
        case "Drain":
          if (end === undefined) return "not_possible"
          end()
          return "done"
        case "Disconnect":
          if (disconnect === undefined) return "not_possible"
          return disconnect(act.socket) ? "done" : "not_found"
        case "StopActor": {
          if (actors === undefined) return "not_possible"
          const path = openedPath(act.path, yield* Secrets, yield* Clock.currentTimeMillis)
          if (actors.find(path) === undefined) return "not_found"
          yield* actors.stop(path, act.how)
          return "done"
        }
      }
    })
