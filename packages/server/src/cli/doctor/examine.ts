/** Looks for what would keep a server from starting. */
import { Console, type Effect } from "effect"
import type { Variables } from "../config/Environment.ts"

export const examine = (_variables: Variables): Effect.Effect<void> => Console.log("nothing is checked yet")
