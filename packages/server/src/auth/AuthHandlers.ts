/** Serves calls about signing in and staying so. */
import { AccountPolicy } from "@hibiki/core/auth/AccountPolicy"
import { Accounts } from "@hibiki/core/auth/Accounts"
import { Authenticator } from "@hibiki/core/auth/Authenticator"
import { addressKey } from "@hibiki/core/auth/addressKey"
import { storeRetryMs, unavailable } from "@hibiki/core/auth/Middlewares"
import { RateLimits } from "@hibiki/core/auth/RateLimits"
import { SignIns } from "@hibiki/core/auth/SignIns"
import { ClientAddress, ClientOrigin, CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { AuthRpcs } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { RateLimited, Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Duration, Effect } from "effect"

export const AuthHandlers = AuthRpcs.toLayer(
  Effect.gen(function* () {
    const accounts = yield* Accounts
    const signIns = yield* SignIns
    const authenticator = yield* Authenticator
    const { directory, limits, registration } = yield* AccountPolicy
    const rates = yield* RateLimits
    return AuthRpcs.of({
      "auth.policy": () =>
        Effect.gen(function* () {
          const taken = yield* rates.take(limits.policyAddress, addressKey(yield* ClientAddress))
          return taken._tag === "Taken" ? { registration, directory } : yield* new RateLimited({ retryAfterMs: taken.retryAfterMs })
        }),
      "auth.register": (payload) =>
        Effect.flatMap(ClientAddress, (address) => accounts.register({ ...payload, address })).pipe(
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "auth.signIn": ({ device, handle, password }) =>
        Effect.flatMap(ClientAddress, (address) => accounts.signIn({ handle, password, address }, device)).pipe(
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "auth.refresh": ({ refreshToken }) =>
        Effect.flatMap(ClientAddress, (address) => accounts.refresh(refreshToken, address)).pipe(
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "auth.signOut": () =>
        Effect.flatMap(CurrentIdentity, signIns.signOut).pipe(Effect.as({}), Effect.catchTag("StoreUnavailable", unavailable)),
      "auth.changePassword": (payload) =>
        Effect.gen(function* () {
          yield* signIns.changePassword(yield* CurrentIdentity, { ...payload, address: yield* ClientAddress })
          return {}
        }).pipe(Effect.catchTag("StoreUnavailable", unavailable)),
      "ticket.issue": () =>
        Effect.gen(function* () {
          return yield* authenticator.issueTicket(yield* CurrentIdentity, yield* ClientOrigin)
        }).pipe(Effect.catchTag("TicketsUnavailable", () => new Unavailable({ retryAfterMs: storeRetryMs }))),
      "invite.create": ({ ttlHours }) =>
        Effect.flatMap(CurrentIdentity, (caller) =>
          accounts.createInvite(caller, ttlHours === undefined ? undefined : Duration.hours(ttlHours))
        ).pipe(Effect.catchTag("StoreUnavailable", unavailable))
    })
  })
)
