/** Accounts that nobody registers: bots, and people for benches. Nothing here asks who calls. */
import { Clock, Effect } from "effect"
import type { Handle } from "../domain/Handle.ts"
import { type DeviceId, UserId } from "../domain/Ids.ts"
import { makeUuidV7 } from "../domain/Uuid.ts"
import type { StoreUnavailable } from "../ports/EventStore.ts"
import { PasswordHasher } from "../ports/PasswordHasher.ts"
import { Users } from "../ports/Users.ts"
import { AccountProblem, adminHandle } from "./AccountsAdmin.ts"
import { Tokens } from "./Tokens.ts"

export class MadeAccounts extends Effect.Service<MadeAccounts>()("@hibiki/core/accounts/MadeAccounts", {
  effect: Effect.gen(function* () {
    const users = yield* Users
    const hasher = yield* PasswordHasher
    const tokens = yield* Tokens

    /**
     * An access token without an end, on a device of kind `bot`. A bot that does not exist yet is made; a person's
     * account gets none.
     */
    const createBotToken = Effect.fn("MadeAccounts.createBotToken")(function* (
      typed: string,
      deviceName: string
    ): Effect.fn.Return<
      { readonly accessToken: string; readonly deviceId: DeviceId },
      AccountProblem | StoreUnavailable
    > {
      const handle = yield* adminHandle(typed)
      const account = (yield* users.byHandle(handle)) ?? (yield* make(handle, undefined))
      if (account === undefined || account.passwordHash !== undefined)
        return yield* new AccountProblem({ reason: "not_a_bot" })
      return (yield* tokens.startBot(account.userId, deviceName)) ?? (yield* new AccountProblem({ reason: "disabled" }))
    })

    /** Undefined: there is an account of this handle. */
    const make = (handle: Handle, passwordHash: string | undefined) =>
      Effect.gen(function* () {
        const [userId, now] = [UserId.make(yield* makeUuidV7), yield* Clock.currentTimeMillis]
        const account = yield* users.create({
          userId,
          handle,
          displayName: handle,
          passwordHash,
          admin: false,
          invite: undefined,
          now
        })
        return { ...account, passwordHash, passwordVersion: 1 }
      }).pipe(Effect.catchTags({ HandleInUse: () => Effect.succeed(undefined), InviteInvalid: Effect.die }))

    /**
     * Accounts `<prefix>1` to `<prefix><count>` with one password, for benches; those that exist are left as they are.
     * Answers how many were made.
     */
    const seed = Effect.fn("MadeAccounts.seed")(function* (prefix: string, count: number, password: string) {
      const passwordHash = yield* hasher.hash(password)
      let made = 0
      for (let i = 1; i <= count; i++)
        if ((yield* make(yield* adminHandle(`${prefix}${i}`), passwordHash)) !== undefined) made++
      return made
    })

    return { createBotToken, seed } as const
  })
}) {}
