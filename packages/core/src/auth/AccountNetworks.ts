/** Whether somebody comes from a network that an account knows, and which networks it comes to know. */
import { Effect } from "effect"
import { type DeviceId, UserId } from "../domain/Ids.ts"
import { makeStart } from "../fibers/makeStart.ts"
import { monotonicMs } from "../fibers/monotonicMs.ts"
import { networkOf } from "./addressKey.ts"
import { KnownNetworks } from "./KnownNetworks.ts"
import type { Asker } from "./PasswordHasher.ts"
import { Secrets } from "./Secrets.ts"

/** Nobody's, for a question about nobody. */
const nobody = UserId.make("00000000-0000-7000-8000-000000000000")
/** A note is made once a day, as the store does it. Over so many that are remembered all are forgotten. */
const [dayMs, rememberedMax] = [86_400_000, 10_000] as const

export class AccountNetworks extends Effect.Service<AccountNetworks>()("@hibiki/core/auth/AccountNetworks", {
  scoped: Effect.gen(function* () {
    const known = yield* KnownNetworks
    const secrets = yield* Secrets
    const start = yield* makeStart
    const notedAt = new Map<string, number>()
    const markOf = (userId: UserId, network: string) => secrets.derive(`network ${userId} ${network}`)

    /** The same question to the store whether there is an account. */
    const askerOf = Effect.fnUntraced(function* (
      account: { readonly userId: UserId } | undefined,
      { address, signedIn }: { readonly address: string; readonly signedIn?: DeviceId }
    ) {
      const network = networkOf(address)
      const userId = account?.userId ?? nobody
      const isKnown = signedIn !== undefined || (yield* known.isKnown(userId, markOf(userId, network)))
      return { network, isKnown } satisfies Asker as Asker
    })

    /** The account is in use there. Beside the answer, which need not wait; what is lost is noted the next time. */
    const note = (userId: UserId, network: string): Effect.Effect<void> =>
      Effect.map(monotonicMs, (now) => {
        const mark = markOf(userId, network)
        if ((notedAt.get(mark) ?? Number.NEGATIVE_INFINITY) > now - dayMs) return
        if (notedAt.size >= rememberedMax) notedAt.clear()
        notedAt.set(mark, now)
        start(
          Effect.catchTag(known.note(userId, mark), "StoreUnavailable", ({ cause }) => {
            notedAt.delete(mark)
            return Effect.logWarning("A network in which an account is in use could not be noted", cause)
          })
        )
      })

    return { askerOf, note } as const
  })
}) {}
