/** Accounts without a registration: bots, and people for benches. Nothing here checks the caller. */
import { Clock, Effect } from "effect"
import type { Handle } from "../domain/Handle.ts"
import { type DeviceId, UserId } from "../domain/Ids.ts"
import { makeUuidV7 } from "../domain/Uuid.ts"
import { type Actor, AuditLog, auditAround } from "../ports/AuditLog.ts"
import type { StoreUnavailable } from "../ports/EventStore.ts"
import { type HasherBusy, PasswordHasher } from "../ports/PasswordHasher.ts"
import { Users } from "../ports/Users.ts"
import { AccountProblem, accountCode, adminHandle } from "./AccountsAdmin.ts"
import { Tokens } from "./Tokens.ts"

export interface BotToken {
  readonly accessToken: string
  readonly deviceId: DeviceId
  readonly userId: UserId
}

export class MadeAccounts extends Effect.Service<MadeAccounts>()("@hibiki/core/accounts/MadeAccounts", {
  effect: Effect.gen(function* () {
    const users = yield* Users
    const hasher = yield* PasswordHasher
    const tokens = yield* Tokens
    const audit = yield* AuditLog

    /**
     * Returns an access token without expiry, on a device of kind `bot`. Creates the bot if it does not exist; a
     * person's account gets no such token.
     */
    const createBotToken = Effect.fn("MadeAccounts.createBotToken")((by: Actor, typed: string, deviceName: string) =>
      auditAround(
        audit,
        { ...by, act: "token.create", targets: {} },
        botToken(typed, deviceName),
        accountCode,
        ({ deviceId, userId }) => ({ user: userId, device: deviceId })
      )
    )

    const botToken = Effect.fnUntraced(function* (
      typed: string,
      deviceName: string
    ): Effect.fn.Return<BotToken, AccountProblem | StoreUnavailable> {
      const handle = yield* adminHandle(typed)
      const account = (yield* users.byHandle(handle)) ?? (yield* make(handle, undefined))
      if (account === undefined || account.passwordHash !== undefined)
        return yield* new AccountProblem({ reason: "not_a_bot" })
      const { userId } = account
      const token = (yield* tokens.startBot(userId, deviceName)) ?? (yield* new AccountProblem({ reason: "disabled" }))
      return { ...token, userId }
    })

    /** Undefined: an account with this handle exists. */
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
     * Creates accounts `<prefix>1` to `<prefix><count>` with one password, for benches; existing ones stay unchanged.
     * Returns how many it created.
     */
    const seed = Effect.fn("MadeAccounts.seed")((by: Actor, prefix: string, count: number, password: string) =>
      auditAround(
        audit,
        { ...by, act: "store.seed", targets: {} },
        seeding(prefix, count, password),
        (problem) => (problem._tag === "HasherBusy" ? "busy" : problem.reason),
        (made) => ({ count: String(made) })
      )
    )

    const seeding = Effect.fnUntraced(function* (
      prefix: string,
      count: number,
      password: string
    ): Effect.fn.Return<number, AccountProblem | HasherBusy | StoreUnavailable> {
      const passwordHash = yield* hasher.hash(password)
      let made = 0
      for (let i = 1; i <= count; i++)
        if ((yield* make(yield* adminHandle(`${prefix}${i}`), passwordHash)) !== undefined) made++
      return made
    })

    return { createBotToken, seed } as const
  })
}) {}
