/** The running server's door for the command line. */
import { type Context, Effect } from "effect"

export const serveAdmin = (_folder: string, _parts: Context.Context<never>): Effect.Effect<void> => Effect.void
