/**
 * The networks that an account knows: keys of addresses and networks, whether a caller comes from a known network, and
 * which networks an account adds.
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

/** A stand-in account, for questions about nobody. */
const nobody: Account = {
  userId: UserId.make("00000000-0000-7000-8000-000000000000"),
  passwordVersion: 1,
  createdAt: 0
}
/** A network is noted once a day, as in the store. Beyond this number of remembered notes all are forgotten. */
const [dayMs, rememberedMax] = [86_400_000, 10_000] as const
/**
 * A younger account gets no turns of known networks: otherwise an attacker could get them by registering from each of
 * their networks.
 */
const grownMs = dayMs

/** The location of a caller who claims an account. */
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
    /** Each password of an account has its own marks: with a new password the account knows no networks. */
    const markOf = ({ passwordVersion, userId }: Account, network: string) =>
      secrets.derive(`network ${userId} ${passwordVersion} ${network}`)

    /** Sends the store the same query whether the account exists or not. */
    const whereabouts = Effect.fnUntraced(function* (
      account: Account = nobody,
      { address, signedIn }: { readonly address: string; readonly signedIn?: DeviceId }
    ) {
      const network = networkOf(address)
      const isKnown = signedIn !== undefined || (yield* known.isKnown(account.userId, markOf(account, network)))
      const isGrown = (yield* Clock.currentTimeMillis) - account.createdAt >= grownMs
      return { isKnown, asker: { network, isKnown: isKnown && isGrown } } satisfies Whereabouts as Whereabouts
    })

    /**
     * Notes that the account is in use there. Runs in parallel to the answer, which need not wait; a lost note is made
     * the next time.
     */
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
 * Returns an IPv4 address itself, and the first 64 bits of an IPv6 address, since one household or server has all
 * addresses of such a network.
 */
export const addressKey = (address: string): string =>
  address.includes(":") ? `${groupsOf(address, 4)}::/64` : address

/**
 * Returns the network of an address, as large as one party may hold: /24 of IPv4, /48 of IPv6. Turns and the known
 * networks of accounts go by it.
 */
export const networkOf = (address: string): string => {
  if (address.includes(":")) return `${groupsOf(address, 3)}::/48`
  const parts = address.split(".")
  return parts.length === 4 ? `${parts.slice(0, 3).join(".")}.0/24` : address
}

/** Returns an address as the settings let it be logged. Undefined: not at all. */
export const shownAddress = (logAddresses: "none" | "network" | "full", address: string): string | undefined =>
  logAddresses === "none" ? undefined : logAddresses === "network" ? networkOf(address) : address

/** Returns the block of a network, as large as one party rents or receives: /16 of IPv4, /32 of IPv6. */
export const blockOf = (network: string): string =>
  network.includes(":") ? `${groupsOf(network, 2)}::/32` : network.replace(/^(\d+\.\d+)\.\d+\.0\/24$/, "$1.0.0/16")

/** The first groups of an IPv6 address, in one spelling. */
const groupsOf = (address: string, count: number): string => {
  const [head = "", tail] = address.toLowerCase().split("%", 1).join("").split("::")
  const groups = head === "" ? [] : head.split(":")
  // `::` stands for as many zero groups as are missing.
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
