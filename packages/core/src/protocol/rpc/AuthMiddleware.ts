/**
 * The caller, as every handler sees it: middlewares of the RPC server that turn a request's headers into an identity
 * and an address.
 */
import { RpcMiddleware } from "@effect/rpc"
import { Context, Schema } from "effect"
import type { DeviceId, UserId } from "../../domain/Ids.ts"
import { NotFound, Unauthenticated, Unavailable } from "./RpcErrors.ts"

/** A signed-in device and its user, at most one second old. */
export interface Identity {
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly handle: string
  readonly admin: boolean
  readonly sessionVersion: number
}

/** The caller of the RPC that is being handled. */
export class CurrentIdentity extends Context.Tag("@hibiki/core/protocol/rpc/CurrentIdentity")<
  CurrentIdentity,
  Identity
>() {}

/**
 * The caller's network address in text form, as far as it can be trusted: the address of the socket, or the one that
 * our own proxy states.
 */
export class ClientAddress extends Context.Tag("@hibiki/core/protocol/rpc/ClientAddress")<ClientAddress, string>() {}

/**
 * The request header in which the HTTP front passes the address to the RPC server. The front sets it on every request,
 * so a value sent by a client never reaches the server.
 */
export const clientAddressHeader = "x-hibiki-client-address"

/**
 * The caller's Origin header, as it was sent and accepted. Empty if there is none, as from clients that are not
 * browsers.
 */
export class ClientOrigin extends Context.Tag("@hibiki/core/protocol/rpc/ClientOrigin")<ClientOrigin, string>() {}

/** Like `clientAddressHeader`, for the origin. */
export const clientOriginHeader = "x-hibiki-client-origin"

/** Admits signed-in devices: `authorization: Bearer <access token>`. */
export class AuthMiddleware extends RpcMiddleware.Tag<AuthMiddleware>()("@hibiki/core/protocol/rpc/AuthMiddleware", {
  failure: Schema.Union(Unauthenticated, Unavailable),
  provides: CurrentIdentity
}) {}

/** Admits signed-in admins; to others the call looks absent. */
export class AdminMiddleware extends RpcMiddleware.Tag<AdminMiddleware>()("@hibiki/core/protocol/rpc/AdminMiddleware", {
  failure: Schema.Union(Unauthenticated, NotFound, Unavailable),
  provides: CurrentIdentity
}) {}

/** Provides the caller's address, for limits. */
export class AddressMiddleware extends RpcMiddleware.Tag<AddressMiddleware>()(
  "@hibiki/core/protocol/rpc/AddressMiddleware",
  {
    provides: ClientAddress
  }
) {}

/** Provides the caller's origin, to which a ticket is bound. */
export class OriginMiddleware extends RpcMiddleware.Tag<OriginMiddleware>()(
  "@hibiki/core/protocol/rpc/OriginMiddleware",
  {
    provides: ClientOrigin
  }
) {}
