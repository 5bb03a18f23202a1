/**
 * Calls about the caller's own devices, one per sign-in, and about push notifications to the calling device. Ending
 * another device requires the password: access to a borrowed screen must not be enough.
 */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { ListedActivity } from "../../domain/Activity.ts"
import { ListedDevice } from "../../domain/Conversation.ts"
import { DeviceId } from "../../domain/Ids.ts"
import { AddressMiddleware, AuthMiddleware } from "./AuthMiddleware.ts"
import { Password, SignInFailed } from "./AuthRpcs.ts"
import { NotFound, RateLimited, Unauthenticated, Unavailable } from "./RpcErrors.ts"

/** Most entries in one answer of `me.activity`, and the default number. */
export const activityMax = 50
export const activityDefault = 20

export class DeviceRpcs extends RpcGroup.make(
  /** Most recently used first. */
  Rpc.make("device.list", {
    success: Schema.Array(ListedDevice),
    error: Schema.Union(Unauthenticated, RateLimited, Unavailable)
  }),
  /**
   * Events of the caller's account and sign-ins in the last 90 days, newest first: below the id `before`, or the
   * newest. `more`: there are more below.
   */
  Rpc.make("me.activity", {
    payload: {
      before: Schema.optional(Schema.Int.pipe(Schema.greaterThanOrEqualTo(1))),
      limit: Schema.optional(Schema.Int.pipe(Schema.between(1, activityMax)))
    },
    success: Schema.Struct({ entries: Schema.Array(ListedActivity), more: Schema.Boolean }),
    error: Schema.Union(Unauthenticated, RateLimited, Unavailable)
  }),
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

/** As the browser's push service issued it. */
const Endpoint = Schema.String.pipe(Schema.maxLength(2_048), Schema.pattern(/^https:\/\/[^\s]+$/))
/** 65 and 16 bytes in base64url. */
const P256dh = Schema.String.pipe(Schema.pattern(/^[\w-]{87}$/))
const Auth = Schema.String.pipe(Schema.pattern(/^[\w-]{22}$/))

/** Push notifications to this device while its user has no device in use. */
export class PushRpcs extends RpcGroup.make(
  /**
   * The server's key, which a browser passes to its push service, in base64url. NotFound: this server sends no push
   * notifications.
   */
  Rpc.make("push.key", {
    success: Schema.Struct({ key: Schema.String }),
    error: Schema.Union(Unauthenticated, NotFound, Unavailable)
  }),
  /**
   * This device gets its push notifications there from now on, and nowhere else. NotFound: not at that push service.
   */
  Rpc.make("push.subscribe", {
    payload: { endpoint: Endpoint, p256dh: P256dh, auth: Auth },
    success: Schema.Struct({}),
    error: Schema.Union(Unauthenticated, NotFound, RateLimited, Unavailable)
  }),
  Rpc.make("push.unsubscribe", {
    success: Schema.Struct({}),
    error: Schema.Union(Unauthenticated, RateLimited, Unavailable)
  })
).middleware(AuthMiddleware) {}
