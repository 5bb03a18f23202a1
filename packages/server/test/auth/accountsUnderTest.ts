/** The calls about accounts as the server composes them, over the stores given, with clients that carry a token. */

import { Headers } from "@effect/platform"
import { RpcClient, RpcTest } from "@effect/rpc"
import { AccountNetworks } from "@hibiki/core/auth/AccountNetworks"
import { AccountPolicy, type AccountSettings } from "@hibiki/core/auth/AccountPolicy"
import { Accounts } from "@hibiki/core/auth/Accounts"
import { AccountsAdmin } from "@hibiki/core/auth/AccountsAdmin"
import { Authenticator } from "@hibiki/core/auth/Authenticator"
import { InviteLinks } from "@hibiki/core/auth/InviteLinks"
import type { Invites } from "@hibiki/core/auth/Invites"
import { MadeAccounts } from "@hibiki/core/auth/MadeAccounts"
import { RpcMiddlewaresLive } from "@hibiki/core/auth/Middlewares"
import type { PasswordHasher } from "@hibiki/core/auth/PasswordHasher"
import { Passwords } from "@hibiki/core/auth/Passwords"
import { RateLimitsLocal } from "@hibiki/core/auth/RateLimitsLocal"
import type { Sessions } from "@hibiki/core/auth/Sessions"
import { SignInLog } from "@hibiki/core/auth/SignInLog"
import { SignIns } from "@hibiki/core/auth/SignIns"
import { TicketsInProcess } from "@hibiki/core/auth/TicketsInProcess"
import { Tokens } from "@hibiki/core/auth/Tokens"
import type { Devices } from "@hibiki/core/devices/Devices"
import { clientAddressHeader, clientOriginHeader } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { AuthRpcs } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { DeviceRpcs } from "@hibiki/core/protocol/rpc/DeviceRpcs"
import { UserRpcs } from "@hibiki/core/protocol/rpc/UserRpcs"
import { Directory } from "@hibiki/core/users/Directory"
import { PersonalHintsNone } from "@hibiki/core/users/PersonalHints"
import type { Users } from "@hibiki/core/users/Users"
import { Effect, Layer, Redacted } from "effect"
import { AuthHandlers } from "../../src/auth/AuthHandlers.ts"
import { secretsNode } from "../../src/auth/SecretsNode.ts"
import { DeviceHandlers } from "../../src/devices/DeviceHandlers.ts"
import { UserHandlers } from "../../src/users/UserHandlers.ts"

const rpcs = AuthRpcs.merge(DeviceRpcs, UserRpcs)

type Stores = Users | Devices | Invites | Sessions | PasswordHasher

export const accountsServer = <R, E>(stores: Layer.Layer<R | Stores, E>, settings: Partial<AccountSettings> = {}) =>
  Layer.mergeAll(AuthHandlers, DeviceHandlers, UserHandlers, RpcMiddlewaresLive).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Accounts.Default,
        SignIns.Default,
        InviteLinks.Default,
        AccountsAdmin.Default,
        MadeAccounts.Default,
        Directory.Default
      )
    ),
    Layer.provideMerge(Layer.mergeAll(Tokens.Default, Passwords.Default)),
    Layer.provideMerge(Layer.mergeAll(Authenticator.Default, AccountNetworks.Default, SignInLog.Default)),
    Layer.provideMerge(
      Layer.mergeAll(
        TicketsInProcess,
        RateLimitsLocal,
        PersonalHintsNone,
        AccountPolicy.with({ registration: "open", ...settings })
      )
    ),
    Layer.provideMerge(secretsNode(Redacted.make("a key for tests, long enough to be one"))),
    Layer.provideMerge(stores)
  )

const makeClient = RpcTest.makeClient(rpcs)

/** A client of the address given; `as` runs a call with an access token. */
export const client = Effect.map(makeClient, (call) => ({
  call,
  as:
    (accessToken: string) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      RpcClient.withHeaders(effect, Headers.fromInput({ authorization: `Bearer ${accessToken}` })),
  from:
    (address: string) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      RpcClient.withHeaders(effect, Headers.fromInput({ [clientAddressHeader]: address })),
  at:
    (origin: string) =>
    <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      RpcClient.withHeaders(effect, Headers.fromInput({ [clientOriginHeader]: origin }))
}))

export const password = Redacted.make("a long enough phrase")
export const terminal = { name: "a terminal", kind: "terminal" } as const
