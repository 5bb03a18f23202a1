/** Calls about one's own devices, one per sign-in. Ending another device asks for the password again: a borrowed screen must not be enough. */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { ListedDevice } from "../../domain/Conversation.ts"
import { DeviceId } from "../../domain/Ids.ts"
import { AddressMiddleware, AuthMiddleware } from "./AuthMiddleware.ts"
import { Password, SignInFailed } from "./AuthRpcs.ts"
import { NotFound, RateLimited, Unauthenticated, Unavailable } from "./RpcErrors.ts"

export class DeviceRpcs extends RpcGroup.make(
  /** The last used first. */
  Rpc.make("device.list", { success: Schema.Array(ListedDevice), error: Schema.Union(Unauthenticated, RateLimited, Unavailable) }),
  Rpc.make("device.revoke", {
    payload: { deviceId: DeviceId, password: Password },
    success: Schema.Struct({}),
    error: Schema.Union(Unauthenticated, NotFound, SignInFailed, RateLimited, Unavailable)
  }),
  /** Ends all devices but this one. */
  Rpc.make("device.revokeOthers", {
    payload: { password: Password },
    success: Schema.Struct({ revoked: Schema.Array(DeviceId) }),
    error: Schema.Union(Unauthenticated, SignInFailed, RateLimited, Unavailable)
  })
)
  .middleware(AuthMiddleware)
  .middleware(AddressMiddleware) {}
