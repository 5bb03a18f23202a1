/** All calls as one group: the server serves them, and `Authorization` must cover them. */
import { AdminRpcs } from "./AdminRpcs.ts"
import { AuthRpcs } from "./AuthRpcs.ts"
import { ConversationRpcs } from "./ConversationRpcs.ts"
import { DeviceRpcs, PushRpcs } from "./DeviceRpcs.ts"
import { OperateRpcs } from "./OperateRpcs.ts"
import { PresenceRpcs } from "./PresenceRpcs.ts"
import { UserRpcs } from "./UserRpcs.ts"

export class HibikiRpcs extends AuthRpcs.merge(
  DeviceRpcs,
  UserRpcs,
  ConversationRpcs,
  PresenceRpcs,
  PushRpcs,
  OperateRpcs,
  AdminRpcs
) {}
