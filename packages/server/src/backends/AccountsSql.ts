/** All stores of accounts in SQL. */
import { Layer } from "effect"
import { InvitesSql } from "../auth/InvitesSql.ts"
import { SessionsSql } from "../auth/SessionsSql.ts"
import { DevicesSql } from "../devices/DevicesSql.ts"
import { UsersSql } from "../users/UsersSql.ts"

/** Users, Devices, Invites and Sessions; needs a migrated database. */
export const AccountsSql = Layer.mergeAll(UsersSql, DevicesSql, InvitesSql, SessionsSql)
