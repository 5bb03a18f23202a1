/** The use cases of accounts, over their stores. */

import { AccountNetworks } from "@hibiki/core/accounts/AccountNetworks"
import { AccountPolicy, type AccountSettings } from "@hibiki/core/accounts/AccountPolicy"
import { Accounts } from "@hibiki/core/accounts/Accounts"
import { AccountsAdmin } from "@hibiki/core/accounts/AccountsAdmin"
import { Authenticator } from "@hibiki/core/accounts/Authenticator"
import { Directory } from "@hibiki/core/accounts/Directory"
import { InviteLinks } from "@hibiki/core/accounts/InviteLinks"
import { MadeAccounts } from "@hibiki/core/accounts/MadeAccounts"
import { Passwords, SignInLog } from "@hibiki/core/accounts/Passwords"
import { RevocationWatch } from "@hibiki/core/accounts/RevocationWatch"
import { SignIns } from "@hibiki/core/accounts/SignIns"
import { Tokens } from "@hibiki/core/accounts/Tokens"
import { Layer } from "effect"
import { PasswordHasherArgon2 } from "../accounts/PasswordHasherArgon2.ts"

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
