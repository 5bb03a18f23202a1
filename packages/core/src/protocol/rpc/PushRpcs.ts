/** Calls by which a device lets itself be woken while its user has none in use, and no more. */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { AuthMiddleware } from "./AuthMiddleware.ts"
import { NotFound, RateLimited, Unauthenticated, Unavailable } from "./RpcErrors.ts"

/** As a browser's push service gave it out. */
const Endpoint = Schema.String.pipe(Schema.maxLength(2_048), Schema.pattern(/^https:\/\/[^\s]+$/))
/** 65 and 16 bytes in base64url. */
const P256dh = Schema.String.pipe(Schema.pattern(/^[\w-]{87}$/))
const Auth = Schema.String.pipe(Schema.pattern(/^[\w-]{22}$/))

export class PushRpcs extends RpcGroup.make(
  /** What a browser asks its push service with, in base64url. NotFound: this server wakes nobody. */
  Rpc.make("push.key", {
    success: Schema.Struct({ key: Schema.String }),
    error: Schema.Union(Unauthenticated, NotFound, Unavailable)
  }),
  /** This device is woken there from now on, and nowhere else. NotFound: not at that push service. */
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
