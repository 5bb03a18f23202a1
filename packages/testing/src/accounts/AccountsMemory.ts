/** All stores of accounts in memory, on one chat memory. */
import { Layer } from "effect"
import { SessionsMemory } from "../SessionsMemory.ts"
import { AccountsState } from "./AccountsState.ts"
import { ActivitiesMemory } from "./ActivitiesMemory.ts"
import { AdminDirectoryMemory } from "./AdminDirectoryMemory.ts"
import { AuditLogMemory } from "./AuditLogMemory.ts"
import { DevicesMemory } from "./DevicesMemory.ts"
import { InvitesMemory } from "./InvitesMemory.ts"
import { KnownNetworksMemory } from "./KnownNetworksMemory.ts"
import { UsersMemory } from "./UsersMemory.ts"

/** Users, Devices, Invites, Sessions, Activities, KnownNetworks, AuditLog and AdminDirectory; needs ChatMemory. */
export const AccountsMemory = Layer.mergeAll(
  ...([UsersMemory, DevicesMemory, InvitesMemory, SessionsMemory, ActivitiesMemory, KnownNetworksMemory] as const),
  AuditLogMemory,
  AdminDirectoryMemory
).pipe(Layer.provideMerge(AccountsState.layer))
