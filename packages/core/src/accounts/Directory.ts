/** Finds people, and changes one's own profile. */
import { Clock, Effect } from "effect"
import type { LogChange } from "../commands/Decision.ts"
import type { Me } from "../domain/Conversation.ts"
import { searchKey, spelled } from "../domain/Handle.ts"
import type { UserId } from "../domain/Ids.ts"
import type { Person } from "../domain/Person.ts"
import { makeCarryOut } from "../fibers/Background.ts"
import { PersonalHints } from "../ports/PersonalHints.ts"
import { type Account, Users } from "../ports/Users.ts"
import type { Identity } from "../protocol/rpc/AuthMiddleware.ts"
import { NotFound, Refused, Unauthenticated } from "../protocol/rpc/RpcErrors.ts"
import { findMax } from "../protocol/rpc/UserRpcs.ts"
import { AccountPolicy } from "./AccountPolicy.ts"
import { makeSpend } from "./makeSpend.ts"

const findDefault = 20

export class Directory extends Effect.Service<Directory>()("@hibiki/core/accounts/Directory", {
  scoped: Effect.gen(function* () {
    const users = yield* Users
    const hints = yield* PersonalHints
    const spend = yield* makeSpend
    const policy = yield* AccountPolicy
    const carryOut = yield* makeCarryOut

    /** Makes a change and announces it, even if its caller is interrupted. */
    const change = <E>(changing: Effect.Effect<ReadonlyArray<LogChange> | undefined, E>) =>
      carryOut(Effect.tap(changing, (changes) => (changes === undefined ? Effect.void : hints.announce(changes)))).pipe(
        Effect.filterOrFail(
          (changes) => changes !== undefined,
          () => new Unauthenticated()
        )
      )

    const exactly = (query: string) => {
      const handle = spelled(query)
      return handle === undefined
        ? Effect.succeed(undefined)
        : Effect.map(users.byHandle(handle), (found) => (found?.disabled === false ? found : undefined))
    }

    /**
     * The user with exactly this handle comes first; then, in an open directory, users whose handle or name begins with
     * it.
     */
    const find = Effect.fn("Directory.find")(function* (caller: Identity, query: string, limit: number = findDefault) {
      yield* spend(policy.limits.findUser, caller.userId)
      const exact = yield* exactly(query)
      const others = policy.directory === "open" ? yield* users.search(searchKey(query), Math.min(limit, findMax)) : []
      const all = [...(exact === undefined ? [] : [exact]), ...others.filter(({ userId }) => userId !== exact?.userId)]
      return all.slice(0, limit).map(personOf)
    })

    const me = Effect.fn("Directory.me")(function* (caller: Identity) {
      yield* spend(policy.limits.readUser, caller.userId)
      const account = yield* users.byId(caller.userId)
      if (account === undefined) return yield* new Unauthenticated()
      return { ...personOf(account), admin: account.admin, invisible: account.invisible } satisfies Me
    })

    const byIds = Effect.fn("Directory.byIds")(function* (caller: Identity, userIds: ReadonlyArray<UserId>) {
      yield* spend(policy.limits.byIdsUser, caller.userId)
      return (yield* users.byIds(userIds)).map(personOf)
    })

    const updateProfile = Effect.fn("Directory.updateProfile")(function* (caller: Identity, displayName: string) {
      yield* spend(policy.limits.profileUser, caller.userId)
      yield* change(users.setDisplayName(caller.userId, displayName, yield* Clock.currentTimeMillis))
      return { userId: caller.userId, handle: caller.handle, displayName }
    })

    const updateSettings = Effect.fn("Directory.updateSettings")(function* (caller: Identity, invisible: boolean) {
      yield* spend(policy.limits.profileUser, caller.userId)
      yield* change(users.setInvisible(caller.userId, invisible, yield* Clock.currentTimeMillis))
    })

    const block = Effect.fn("Directory.block")(function* (caller: Identity, userId: UserId, on: boolean) {
      yield* spend(policy.limits.blockUser, caller.userId)
      if (userId === caller.userId) return yield* new Refused({ code: "unsupported" })
      yield* change(users.setBlocked(caller.userId, userId, on, yield* Clock.currentTimeMillis)).pipe(
        Effect.catchTags({
          PersonAbsent: () => new NotFound(),
          TooManyBlocked: () => new Refused({ code: "too_many" })
        })
      )
    })

    return { find, me, byIds, updateProfile, updateSettings, block } as const
  })
}) {}

const personOf = ({ displayName, handle, userId }: Account): Person => ({ userId, handle, displayName })
