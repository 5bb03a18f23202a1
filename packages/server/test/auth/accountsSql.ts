/** All stores of accounts in SQL. */
import { Layer } from "effect"
import { InvitesSql } from "../../src/auth/InvitesSql.ts"
import { KnownNetworksSql } from "../../src/auth/KnownNetworksSql.ts"
import { SessionsSql } from "../../src/auth/SessionsSql.ts"
import { DevicesSql } from "../../src/devices/DevicesSql.ts"
import { ActivitiesSql } from "../../src/users/ActivitiesSql.ts"
import { UsersSql } from "../../src/users/UsersSql.ts"

/** Users, Devices, Invites, Sessions, Activities and KnownNetworks; needs a migrated database. */
export const AccountsSql = Layer.mergeAll(
  UsersSql,
  DevicesSql,
  InvitesSql,
  SessionsSql,
  ActivitiesSql,
  KnownNetworksSql
)
