/** All stores of accounts in SQL. */
import { Layer } from "effect"
import { ActivitiesSql } from "../../src/sql/ActivitiesSql.ts"
import { DevicesSql } from "../../src/sql/DevicesSql.ts"
import { InvitesSql } from "../../src/sql/InvitesSql.ts"
import { KnownNetworksSql } from "../../src/sql/KnownNetworksSql.ts"
import { SessionsSql } from "../../src/sql/SessionsSql.ts"
import { UsersSql } from "../../src/sql/UsersSql.ts"

/** Users, Devices, Invites, Sessions, Activities and KnownNetworks; needs a migrated database. */
export const AccountsSql = Layer.mergeAll(
  UsersSql,
  DevicesSql,
  InvitesSql,
  SessionsSql,
  ActivitiesSql,
  KnownNetworksSql
)
