/** All stores of accounts in SQL. */
import { Layer, Redacted } from "effect"
import { secretsNode } from "../../src/accounts/SecretsNode.ts"
import { ActivitiesSql } from "../../src/sql/ActivitiesSql.ts"
import { AdminDirectorySql } from "../../src/sql/AdminDirectorySql.ts"
import { AuditLogSql } from "../../src/sql/AuditLogSql.ts"
import { DevicesSql } from "../../src/sql/DevicesSql.ts"
import { InvitesSql } from "../../src/sql/InvitesSql.ts"
import { KnownNetworksSql } from "../../src/sql/KnownNetworksSql.ts"
import { SessionsSql } from "../../src/sql/SessionsSql.ts"
import { UsersSql } from "../../src/sql/UsersSql.ts"

/** Users, Devices, Invites, Sessions, Activities, KnownNetworks, AuditLog and AdminDirectory; needs a migrated database. */
export const AccountsSql = Layer.mergeAll(
  UsersSql,
  DevicesSql,
  InvitesSql,
  SessionsSql,
  ActivitiesSql,
  KnownNetworksSql,
  AdminDirectorySql,
  AuditLogSql.pipe(Layer.provide(secretsNode(Redacted.make("the key of an audit log in tests, long enough"))))
)
