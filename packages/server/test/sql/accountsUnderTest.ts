/** The calls about accounts as the server composes them, over the stores given, with clients that carry a token. */

import { Headers } from "@effect/platform"
import { RpcClient, RpcTest } from "@effect/rpc"
import { AccountNetworks } from "@hibiki/core/accounts/AccountNetworks"
import { AccountPolicy, type AccountSettings } from "@hibiki/core/accounts/AccountPolicy"
import { Accounts } from "@hibiki/core/accounts/Accounts"
import { AccountsAdmin } from "@hibiki/core/accounts/AccountsAdmin"
import { Authenticator } from "@hibiki/core/accounts/Authenticator"
import { Directory } from "@hibiki/core/accounts/Directory"
import { InviteLinks } from "@hibiki/core/accounts/InviteLinks"
import { MadeAccounts } from "@hibiki/core/accounts/MadeAccounts"
import { RpcMiddlewaresLive } from "@hibiki/core/accounts/Middlewares"
import { Passwords, SignInLog } from "@hibiki/core/accounts/Passwords"
import { SignIns } from "@hibiki/core/accounts/SignIns"
import { Tokens } from "@hibiki/core/accounts/Tokens"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { TicketsInProcess } from "@hibiki/core/inprocess/TicketsInProcess"
import type { Devices } from "@hibiki/core/ports/Devices"
import type { Invites } from "@hibiki/core/ports/Invites"
import type { PasswordHasher } from "@hibiki/core/ports/PasswordHasher"
import { PersonalHintsNone } from "@hibiki/core/ports/PersonalHints"
import type { Sessions } from "@hibiki/core/ports/Sessions"
import type { Users } from "@hibiki/core/ports/Users"
import { clientAddressHeader, clientOriginHeader } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { AuthRpcs } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { DeviceRpcs } from "@hibiki/core/protocol/rpc/DeviceRpcs"
import { UserRpcs } from "@hibiki/core/protocol/rpc/UserRpcs"
import { Effect, Layer, Redacted } from "effect"
import { secretsNode } from "../../src/accounts/SecretsNode.ts"
import { AuthHandlers } from "../../src/api/AuthHandlers.ts"
import { DeviceHandlers } from "../../src/api/DeviceHandlers.ts"
import { UserHandlers } from "../../src/api/UserHandlers.ts"

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
