/** The whole of accounts on memory stores, and short words to act with. */

import { AccountNetworks } from "@hibiki/core/auth/AccountNetworks"
import { AccountPolicy, type AccountSettings } from "@hibiki/core/auth/AccountPolicy"
import { Accounts } from "@hibiki/core/auth/Accounts"
import { AccountsAdmin } from "@hibiki/core/auth/AccountsAdmin"
import { Authenticator } from "@hibiki/core/auth/Authenticator"
import { InviteLinks } from "@hibiki/core/auth/InviteLinks"
import { MadeAccounts } from "@hibiki/core/auth/MadeAccounts"
import type { PasswordHasher } from "@hibiki/core/auth/PasswordHasher"
import { Passwords } from "@hibiki/core/auth/Passwords"
import { RateLimitsLocal } from "@hibiki/core/auth/RateLimitsLocal"
import { SignInLog } from "@hibiki/core/auth/SignInLog"
import { SignIns } from "@hibiki/core/auth/SignIns"
import { TicketsInProcess } from "@hibiki/core/auth/TicketsInProcess"
import { Tokens } from "@hibiki/core/auth/Tokens"
import type { SignedIn } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { AccountsMemory } from "@hibiki/core/testing/accounts/AccountsMemory"
import { PasswordHasherMemory } from "@hibiki/core/testing/accounts/PasswordHasherMemory"
import { SecretsMemory } from "@hibiki/core/testing/accounts/SecretsMemory"
import { ChatMemory } from "@hibiki/core/testing/ChatMemory"
import { EventStoreMemory } from "@hibiki/core/testing/EventStoreMemory"
import { Directory } from "@hibiki/core/users/Directory"
import { type PersonalHints, PersonalHintsNone } from "@hibiki/core/users/PersonalHints"
import { Effect, Layer, Redacted } from "effect"

export const memoryStores = Layer.mergeAll(AccountsMemory, EventStoreMemory).pipe(Layer.provideMerge(ChatMemory.layer))

const ports = (
  settings: Partial<AccountSettings>,
  hasher: Layer.Layer<PasswordHasher>,
  hints: Layer.Layer<PersonalHints>
) =>
  Layer.mergeAll(RateLimitsLocal, hints, hasher, TicketsInProcess, AccountPolicy.with(settings)).pipe(
    Layer.provideMerge(SecretsMemory)
  )

/** All logic over the stores given, or memory. Registration is open when not said. */
export const accountsOver = <ROut, E>(
  stores: Layer.Layer<ROut, E>,
  settings: Partial<AccountSettings> = {},
  hasher: Layer.Layer<PasswordHasher> = PasswordHasherMemory,
  hints: Layer.Layer<PersonalHints> = PersonalHintsNone
) =>
  Layer.mergeAll(
    Accounts.Default,
    SignIns.Default,
    InviteLinks.Default,
    AccountsAdmin.Default,
    MadeAccounts.Default,
    Directory.Default
  ).pipe(
    Layer.provideMerge(Layer.mergeAll(Tokens.Default, Passwords.Default)),
    Layer.provideMerge(Layer.mergeAll(Authenticator.Default, AccountNetworks.Default, SignInLog.Default)),
    Layer.provideMerge(ports({ registration: "open", ...settings }, hasher, hints)),
    Layer.provideMerge(stores)
  )

export const accountsInMemory = (settings: Partial<AccountSettings> = {}) => accountsOver(memoryStores, settings)

export const password = "a long enough phrase"
export const office = "192.0.2.1"
export const terminal = { name: "a terminal", kind: "terminal" } as const

export const registration = (
  handle: string,
  changes: { readonly invite?: string; readonly password?: string; readonly address?: string } = {}
) => ({
  ...{
    handle,
    device: terminal,
    address: changes.address ?? office,
    password: Redacted.make(changes.password ?? password)
  },
  ...(changes.invite === undefined ? {} : { invite: changes.invite })
})

export const register = (handle: string): Effect.Effect<SignedIn, unknown, Accounts> =>
  Effect.flatMap(Accounts, (accounts) => accounts.register(registration(handle)))

export const signIn = (handle: string, attempt: { readonly password?: string; readonly address?: string } = {}) =>
  Effect.flatMap(Accounts, (accounts) =>
    accounts.signIn(
      { handle, password: Redacted.make(attempt.password ?? password), address: attempt.address ?? office },
      terminal
    )
  )

/** What a failing effect fails with, by its tag; `ok` when it does not. */
export const outcome = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<string, never, R> => Effect.match(effect, { onFailure: ({ _tag }) => _tag, onSuccess: () => "ok" })

export const authenticate = (accessToken: string) =>
  Effect.flatMap(Authenticator, (authenticator) => authenticator.authenticate(accessToken))
/** Whether an access token lets somebody in now. */
export const works = (accessToken: string) =>
  Effect.map(outcome(authenticate(accessToken)), (result) => result === "ok")

export const refresh = (token: string) => Effect.flatMap(Accounts, (accounts) => accounts.refresh(token, office))
