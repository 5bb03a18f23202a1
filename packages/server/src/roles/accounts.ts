/** The use cases of accounts, over their stores. */

import { AccountNetworks } from "@hibiki/core/auth/AccountNetworks"
import { AccountPolicy, type AccountSettings } from "@hibiki/core/auth/AccountPolicy"
import { Accounts } from "@hibiki/core/auth/Accounts"
import { AccountsAdmin } from "@hibiki/core/auth/AccountsAdmin"
import { Authenticator } from "@hibiki/core/auth/Authenticator"
import { InviteLinks } from "@hibiki/core/auth/InviteLinks"
import { MadeAccounts } from "@hibiki/core/auth/MadeAccounts"
import { Passwords } from "@hibiki/core/auth/Passwords"
import { RevocationWatch } from "@hibiki/core/auth/RevocationWatch"
import { SignInLog } from "@hibiki/core/auth/SignInLog"
import { SignIns } from "@hibiki/core/auth/SignIns"
import { Tokens } from "@hibiki/core/auth/Tokens"
import { Directory } from "@hibiki/core/users/Directory"
import { Layer } from "effect"
import { PasswordHasherArgon2 } from "../auth/PasswordHasherArgon2.ts"

/** Needs the stores of accounts, tickets, rate limits, and PersonalHints. */
export const accounts = (settings: AccountSettings) =>
  Layer.mergeAll(
    Accounts.Default,
    SignIns.Default,
    InviteLinks.Default,
    AccountsAdmin.Default,
    MadeAccounts.Default,
    Directory.Default
  ).pipe(
    Layer.provideMerge(Layer.mergeAll(Tokens.Default, Passwords.Default, RevocationWatch.Default)),
    Layer.provideMerge(Layer.mergeAll(Authenticator.Default, AccountNetworks.Default, SignInLog.Default)),
    Layer.provideMerge(Layer.mergeAll(PasswordHasherArgon2, Layer.succeed(AccountPolicy, settings)))
  )
