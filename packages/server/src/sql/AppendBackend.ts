/** Port of this server: where SQL appends a batch of commands. */
import type { SqlError } from "@effect/sql/SqlError"
import type { Command } from "@hibiki/core/commands/Command"
import type { AppendOptions, AppendResult } from "@hibiki/core/ports/EventStore"
import { Context, type Effect } from "effect"

export class AppendBackend extends Context.Tag("@hibiki/server/sql/AppendBackend")<
  AppendBackend,
  {
    /** One try of one transaction, in the order of steps that `EventStore.append` promises. */
    readonly append: (
      commands: ReadonlyArray<Command>,
      options?: AppendOptions
    ) => Effect.Effect<AppendResult, SqlError>
  }
>() {}
