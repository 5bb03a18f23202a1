/** The whole of accounts on memory stores, and short words to act with. */

import { AccountsMemory } from "@hibiki/testing/accounts/AccountsMemory"
import { PasswordHasherMemory } from "@hibiki/testing/accounts/PasswordHasherMemory"
import { SecretsMemory } from "@hibiki/testing/accounts/SecretsMemory"
import { ChatMemory } from "@hibiki/testing/ChatMemory"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { Effect, Layer, Redacted } from "effect"
import { AccountNetworks } from "../../src/accounts/AccountNetworks.ts"
import { AccountPolicy, type AccountSettings } from "../../src/accounts/AccountPolicy.ts"
import { Accounts } from "../../src/accounts/Accounts.ts"
import { AccountsAdmin } from "../../src/accounts/AccountsAdmin.ts"
import { Authenticator } from "../../src/accounts/Authenticator.ts"
import { Directory } from "../../src/accounts/Directory.ts"
import { InviteLinks } from "../../src/accounts/InviteLinks.ts"
import { MadeAccounts } from "../../src/accounts/MadeAccounts.ts"
import { Passwords, SignInLog } from "../../src/accounts/Passwords.ts"
import { SignIns } from "../../src/accounts/SignIns.ts"
import { Tokens } from "../../src/accounts/Tokens.ts"
import { RateLimitsLocal } from "../../src/inprocess/RateLimitsLocal.ts"
import { TicketsInProcess } from "../../src/inprocess/TicketsInProcess.ts"
import type { PasswordHasher } from "../../src/ports/PasswordHasher.ts"
import { type PersonalHints, PersonalHintsNone } from "../../src/ports/PersonalHints.ts"
import type { SignedIn } from "../../src/protocol/rpc/AuthRpcs.ts"

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
