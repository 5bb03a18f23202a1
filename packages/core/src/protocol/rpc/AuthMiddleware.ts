/**
 * Who calls, as every handler sees it: middlewares of the RPC server that turn a request's headers into an identity and
 * an address.
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
 * The caller's network address in text form, as far as it can be trusted: that of the socket, or what our own proxy
 * states.
 */
export class ClientAddress extends Context.Tag("@hibiki/core/protocol/rpc/ClientAddress")<ClientAddress, string>() {}

/**
 * The request header in which the HTTP front hands the address to the RPC server. The front sets it on every request,
 * so that one sent by a client never comes through.
 */
export const clientAddressHeader = "x-hibiki-client-address"

/** The Origin header of the caller, as it was sent and let in. Empty: none, as of clients that are no browsers. */
export class ClientOrigin extends Context.Tag("@hibiki/core/protocol/rpc/ClientOrigin")<ClientOrigin, string>() {}

/** As `clientAddressHeader`, of the origin. */
export const clientOriginHeader = "x-hibiki-client-origin"

/** Lets signed-in devices through: `authorization: Bearer <access token>`. */
export class AuthMiddleware extends RpcMiddleware.Tag<AuthMiddleware>()("@hibiki/core/protocol/rpc/AuthMiddleware", {
  failure: Schema.Union(Unauthenticated, Unavailable),
  provides: CurrentIdentity
}) {}

/** Lets signed-in admins through; to others the call looks absent. */
export class AdminMiddleware extends RpcMiddleware.Tag<AdminMiddleware>()("@hibiki/core/protocol/rpc/AdminMiddleware", {
  failure: Schema.Union(Unauthenticated, NotFound, Unavailable),
  provides: CurrentIdentity
}) {}

/** Tells the caller's address, for limits. */
export class AddressMiddleware extends RpcMiddleware.Tag<AddressMiddleware>()(
  "@hibiki/core/protocol/rpc/AddressMiddleware",
  {
    provides: ClientAddress
  }
) {}

/** Tells the caller's origin, which a ticket is bound to. */
export class OriginMiddleware extends RpcMiddleware.Tag<OriginMiddleware>()(
  "@hibiki/core/protocol/rpc/OriginMiddleware",
  {
    provides: ClientOrigin
  }
) {}
