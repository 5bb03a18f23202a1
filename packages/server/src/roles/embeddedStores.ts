/**
 * All persistent data, on PGlite in one folder: the database, its schema, and the stores on it. The command line opens
 * it alone when no server runs.
 */
import { Data, Effect, Layer } from "effect"
import { secretsNodeIn } from "../accounts/SecretsNode.ts"
import { FolderNewer, FolderOther, type FolderStep } from "../pglite/PgliteFolder.ts"
import { beginEpochIfRestored } from "../pglite/restoredMark.ts"
import { PglitePatience, SqlPglite } from "../pglite/SqlPglite.ts"
import { ActivitiesSql } from "../sql/ActivitiesSql.ts"
import { AdminDirectorySql } from "../sql/AdminDirectorySql.ts"
import { AuditLogSql } from "../sql/AuditLogSql.ts"
import { ConversationsSql } from "../sql/ConversationsSql.ts"
import { DevicesSql } from "../sql/DevicesSql.ts"
import { EventStoreSql } from "../sql/EventStoreSql.ts"
import { InvitesSql } from "../sql/InvitesSql.ts"
import { KnownNetworksSql } from "../sql/KnownNetworksSql.ts"
import { migrate } from "../sql/Migrations.ts"
import { PresenceCountsSql } from "../sql/PresenceCountsSql.ts"
import { PushStoreSql } from "../sql/PushStoreSql.ts"
import { SessionsSql } from "../sql/SessionsSql.ts"
import { UsersSql } from "../sql/UsersSql.ts"

/** The schema could not be brought up to date; `cause` has the reason. */
export class SchemaFailed extends Data.TaggedError("SchemaFailed")<{
  readonly folder: string
  readonly cause: unknown
}> {}

export interface FolderOptions {
  readonly folder: string
  readonly onStep: (step: FolderStep) => Effect.Effect<void>
  /** Opens the folder's database; `SqlPglite.layer` by default. */
  readonly database?: typeof SqlPglite.layer
}

/** A step may create an index on millions of messages. */
const patienceMs = 600_000

export const embeddedStores = ({ database = SqlPglite.layer, folder, onStep }: FolderOptions) => {
  const schema = Layer.effectDiscard(
    onStep("migrating").pipe(
      Effect.zipRight(Effect.provideService(migrate(), PglitePatience, patienceMs)),
      Effect.zipRight(beginEpochIfRestored(folder)),
      Effect.catchTags({
        NewerSchema: ({ found, known }) => new FolderNewer({ folder, what: "schema", found, known }),
        OtherSchema: () => new FolderOther({ folder }),
        SqlError: (cause) => new SchemaFailed({ folder, cause })
      })
    )
  )
  const secrets = secretsNodeIn(folder)
  return Layer.mergeAll(
    ...([EventStoreSql, ConversationsSql, UsersSql, DevicesSql, SessionsSql, InvitesSql, ActivitiesSql] as const),
    ...([PushStoreSql, KnownNetworksSql, secrets, Layer.provide(AuditLogSql, secrets), AdminDirectorySql] as const),
    PresenceCountsSql
  ).pipe(Layer.provideMerge(schema), Layer.provideMerge(database({ folder, onStep })))
}
