/** Serves calls about signing in and staying so. */

import { addressKey } from "@hibiki/core/accounts/AccountNetworks"
import { AccountPolicy } from "@hibiki/core/accounts/AccountPolicy"
import { Accounts } from "@hibiki/core/accounts/Accounts"
import { Authenticator } from "@hibiki/core/accounts/Authenticator"
import { InviteLinks } from "@hibiki/core/accounts/InviteLinks"
import { unavailable } from "@hibiki/core/accounts/Middlewares"
import { makeSpend } from "@hibiki/core/accounts/makeSpend"
import { SignIns } from "@hibiki/core/accounts/SignIns"
import { ClientAddress, ClientOrigin, CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { AuthRpcs } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { Duration, Effect } from "effect"

export const AuthHandlers = AuthRpcs.toLayer(
  Effect.gen(function* () {
    const accounts = yield* Accounts
    const [signIns, links] = [yield* SignIns, yield* InviteLinks]
    const authenticator = yield* Authenticator
    const { directory, limits, registration } = yield* AccountPolicy
    const spend = yield* makeSpend
    return AuthRpcs.of({
      "auth.policy": () =>
        Effect.gen(function* () {
          yield* spend(limits.policyAddress, addressKey(yield* ClientAddress))
          return { registration, directory }
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
        Effect.flatMap(CurrentIdentity, signIns.signOut).pipe(
          Effect.as({}),
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "auth.changePassword": (payload) =>
        Effect.gen(function* () {
          yield* signIns.changePassword(yield* CurrentIdentity, { ...payload, address: yield* ClientAddress })
          return {}
        }).pipe(Effect.catchTag("StoreUnavailable", unavailable)),
      "auth.resetPassword": ({ code, password }) =>
        Effect.flatMap(ClientAddress, (address) => signIns.resetPassword(code, password, address)).pipe(
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "ticket.issue": () =>
        Effect.gen(function* () {
          return yield* authenticator.issueTicket(yield* CurrentIdentity, yield* ClientOrigin)
        }).pipe(Effect.catchTag("TicketsUnavailable", unavailable)),
      "invite.create": ({ people, ttlHours }) =>
        Effect.flatMap(Effect.all([CurrentIdentity, ClientAddress]), ([caller, address]) =>
          links.create(caller, address, {
            ...(people === undefined ? {} : { people }),
            ...(ttlHours === undefined ? {} : { ttl: Duration.hours(ttlHours) })
          })
        ).pipe(Effect.catchTag("StoreUnavailable", unavailable)),
      "invite.list": (page) =>
        Effect.flatMap(CurrentIdentity, (caller) => links.list(caller, page)).pipe(
          Effect.catchTag("StoreUnavailable", unavailable)
        ),
      "invite.end": ({ inviteId }) =>
        Effect.flatMap(Effect.all([CurrentIdentity, ClientAddress]), ([caller, address]) =>
          links.end(caller, address, inviteId)
        ).pipe(Effect.as({}), Effect.catchTag("StoreUnavailable", unavailable))
    })
  })
)
