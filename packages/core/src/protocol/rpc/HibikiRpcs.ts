/** Every call there is, as one group: what is served, and what `Authorization` must cover. */
import { AuthRpcs } from "./AuthRpcs.ts"
import { ConversationRpcs } from "./ConversationRpcs.ts"
import { DeviceRpcs, PushRpcs } from "./DeviceRpcs.ts"
import { PresenceRpcs } from "./PresenceRpcs.ts"
import { UserRpcs } from "./UserRpcs.ts"

export class HibikiRpcs extends AuthRpcs.merge(DeviceRpcs, UserRpcs, ConversationRpcs, PresenceRpcs, PushRpcs) {}
