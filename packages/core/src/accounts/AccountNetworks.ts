/**
 * Which networks an account knows: keys of addresses and networks, whether an asker comes from a known network, and
 * which networks an account learns.
 */
import { Clock, Effect } from "effect"
import { type DeviceId, UserId } from "../domain/Ids.ts"
import { makeStart } from "../fibers/Background.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { KnownNetworks } from "../ports/KnownNetworks.ts"
import type { Asker } from "../ports/PasswordHasher.ts"
import { Secrets } from "../ports/Secrets.ts"
import type { Credentials } from "../ports/Users.ts"

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

/**
 * An IPv4 address itself; of an IPv6 address its first 64 bits, since one household or server has all addresses of such
 * a network.
 */
export const addressKey = (address: string): string =>
  address.includes(":") ? `${groupsOf(address, 4)}::/64` : address

/**
 * The network that an address is in, as one party may hold it: /24 of IPv4, /48 of IPv6. Turns are taken by it, and
 * accounts know it.
 */
export const networkOf = (address: string): string => {
  if (address.includes(":")) return `${groupsOf(address, 3)}::/48`
  const parts = address.split(".")
  return parts.length === 4 ? `${parts.slice(0, 3).join(".")}.0/24` : address
}

/** The block that a network is in, as one party rents or is given it: /16 of IPv4, /32 of IPv6. */
export const blockOf = (network: string): string =>
  network.includes(":") ? `${groupsOf(network, 2)}::/32` : network.replace(/^(\d+\.\d+)\.\d+\.0\/24$/, "$1.0.0/16")

/** The first groups of an IPv6 address, in one spelling. */
const groupsOf = (address: string, count: number): string => {
  const [head = "", tail] = address.toLowerCase().split("%", 1).join("").split("::")
  const groups = head === "" ? [] : head.split(":")
  // What `::` stands for: as many zero groups as are missing.
  const rest = tail === undefined || tail === "" ? [] : tail.split(":")
  const all =
    tail === undefined
      ? groups
      : [...groups, ...Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0"), ...rest]
  return all
    .slice(0, count)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")
}
