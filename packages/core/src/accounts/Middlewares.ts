/** The middlewares of the RPC server: headers in; identity, address and origin out. */
import type { Headers } from "@effect/platform"
import { Effect, Layer } from "effect"
import {
  AddressMiddleware,
  AdminMiddleware,
  AuthMiddleware,
  clientAddressHeader,
  clientOriginHeader,
  OriginMiddleware
} from "../protocol/rpc/AuthMiddleware.ts"
import { NotFound, Unavailable } from "../protocol/rpc/RpcErrors.ts"
import { Authenticator } from "./Authenticator.ts"

/** The access token of an `authorization: Bearer` header; an empty text, which is no valid token, if there is none. */
export const bearerOf = (authorization: string | undefined): string =>
  /^bearer +([\w-]+)$/i.exec(authorization ?? "")?.[1] ?? ""

const bearerToken = (headers: Headers.Headers): string => bearerOf(headers["authorization"])

export const AuthMiddlewareLive = Layer.effect(
  AuthMiddleware,
  Effect.map(Authenticator, (authenticator) =>
    AuthMiddleware.of(({ headers }) =>
      Effect.catchTag(authenticator.authenticate(bearerToken(headers)), "StoreUnavailable", unavailable)
    )
  )
)

export const AdminMiddlewareLive = Layer.effect(
  AdminMiddleware,
  Effect.map(Authenticator, (authenticator) =>
    AdminMiddleware.of(({ headers }) =>
      authenticator.authenticate(bearerToken(headers)).pipe(
        Effect.catchTag("StoreUnavailable", unavailable),
        Effect.filterOrFail(
          (identity) => identity.admin,
          () => new NotFound()
        )
      )
    )
  )
)

export const AddressMiddlewareLive = Layer.succeed(
  AddressMiddleware,
  AddressMiddleware.of(({ headers }) => Effect.succeed(headers[clientAddressHeader] ?? "unknown"))
)

export const OriginMiddlewareLive = Layer.succeed(
  OriginMiddleware,
  OriginMiddleware.of(({ headers }) => Effect.succeed(headers[clientOriginHeader] ?? ""))
)

/** All middlewares that the RPC server needs. */
export const RpcMiddlewaresLive = Layer.mergeAll(
  AuthMiddlewareLive,
  AdminMiddlewareLive,
  AddressMiddlewareLive,
  OriginMiddlewareLive
)

/** Retry after this time (ms). */
const storeRetryMs = 1_000

/** For any failure whose cause its backend has logged. */
export const unavailable = (): Unavailable => new Unavailable({ retryAfterMs: storeRetryMs })
