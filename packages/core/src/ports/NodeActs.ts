/**
 * Port: acts of an operator on one process. They never travel with the questions of the console: an act is signed, is
 * for one process, is done once, and expires.
 */
import { Context, type Effect, type Scope } from "effect"
import type { NodeAct } from "../domain/NodeAct.ts"

/** `not_found`: no such actor or socket. `not_possible`: not by this process. */
export type Performed = "done" | "not_found" | "not_possible"

/** `gone`: no process of this name is there. `no_answer`: it got the act, and nobody knows what took effect. */
export type Ordered = Performed | "gone" | "no_answer"

/** How long an act is valid, by the wall clock of the process that orders it (ms). */
export const actValidMs = 10_000
/** How long the ordering process waits for an answer (ms). */
export const actAnswerMs = 8_000

export class NodeActs extends Context.Tag("@hibiki/core/ports/NodeActs")<
  NodeActs,
  {
    readonly order: (node: string, act: NodeAct) => Effect.Effect<Ordered>
    /** Performs the acts for this process as long as the scope lives. */
    readonly serve: (
      node: string,
      perform: (act: NodeAct) => Effect.Effect<Performed>
    ) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}
