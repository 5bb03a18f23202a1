/** Whether somebody comes from a network that an account knows, and which networks it comes to know. */
import { Clock, Effect } from "effect"
import { type DeviceId, UserId } from "../domain/Ids.ts"
import { makeStart } from "../fibers/makeStart.ts"
import { monotonicMs } from "../fibers/monotonicMs.ts"
import { KnownNetworks } from "../ports/KnownNetworks.ts"
import type { Asker } from "../ports/PasswordHasher.ts"
import { Secrets } from "../ports/Secrets.ts"
import type { Credentials } from "../ports/Users.ts"
import { networkOf } from "./addressKey.ts"

type Account = Pick<Credentials, "createdAt" | "passwordVersion" | "userId">

/** Nobody's, for a question about nobody. */
const nobody: Account = {
  userId: UserId.make("00000000-0000-7000-8000-000000000000"),
  passwordVersion: 1,
  createdAt: 0
}
/** A note is made once a day, as the store does it. Over so many that are remembered all are forgotten. */
const [dayMs, rememberedMax] = [86_400_000, 10_000] as const
/**
 * An account that is younger takes no turns of known networks: else whoever wants them would register from each of
 * theirs.
 */
const grownMs = dayMs

/** Where somebody is who claims an account. */
export interface Whereabouts {
  /** The account knows the network, or the device is signed in: wrong passwords elsewhere don't count here. */
  readonly isKnown: boolean
  readonly asker: Asker
}

export class AccountNetworks extends Effect.Service<AccountNetworks>()("@hibiki/core/accounts/AccountNetworks", {
  scoped: Effect.gen(function* () {
    const known = yield* KnownNetworks
    const secrets = yield* Secrets
    const start = yield* makeStart
    const notedAt = new Map<string, number>()
    /** Another one for each password of an account: with a new one it knows no networks. */
    const markOf = ({ passwordVersion, userId }: Account, network: string) =>
      secrets.derive(`network ${userId} ${passwordVersion} ${network}`)

    /** The same question to the store whether there is an account. */
    const whereabouts = Effect.fnUntraced(function* (
      account: Account = nobody,
      { address, signedIn }: { readonly address: string; readonly signedIn?: DeviceId }
    ) {
      const network = networkOf(address)
      const isKnown = signedIn !== undefined || (yield* known.isKnown(account.userId, markOf(account, network)))
      const isGrown = (yield* Clock.currentTimeMillis) - account.createdAt >= grownMs
      return { isKnown, asker: { network, isKnown: isKnown && isGrown } } satisfies Whereabouts as Whereabouts
    })

    /** The account is in use there. Beside the answer, which need not wait; what is lost is noted the next time. */
    const note = (account: Account, address: string): Effect.Effect<void> =>
      Effect.map(monotonicMs, (now) => {
        const mark = markOf(account, networkOf(address))
        if ((notedAt.get(mark) ?? Number.NEGATIVE_INFINITY) > now - dayMs) return
        if (notedAt.size >= rememberedMax) notedAt.clear()
        notedAt.set(mark, now)
        start(
          Effect.catchTag(known.note(account.userId, mark), "StoreUnavailable", ({ cause }) => {
            notedAt.delete(mark)
            return Effect.logWarning("A network in which an account is in use could not be noted", cause)
          })
        )
      })

    return { whereabouts, note } as const
  })
}) {}
