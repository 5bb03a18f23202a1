/** Sign-ins that become too old while their sockets are open are looked for every two seconds. */
import type { Migration } from "../Migration.ts"

const index = `
create index devices_ending on devices (absolute_expires_at) where revoked_at is null;
`

export const signInEnds: Migration = { version: 11, name: "sign-in ends", runsBeside: 4, sql: index }
