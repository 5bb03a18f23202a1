/**
 * Sign-ins in the server's log: a line for each that was let in, and one a minute for all that were not, so that nobody
 * can flood it.
 */
import { Effect } from "effect"
import type { UserId } from "../domain/Ids.ts"
import { makeStart } from "../fibers/makeStart.ts"
import type { SignedIn } from "../protocol/rpc/AuthRpcs.ts"
import { AccountPolicy } from "./AccountPolicy.ts"
import { networkOf } from "./addressKey.ts"

const gatheredFor = "1 minute"
/** From so many on within that time they are a warning. */
const manyRefused = 10
/** Different accounts and networks that are counted; more are not told apart. */
const keysMax = 1_000

export class SignInLog extends Effect.Service<SignInLog>()("@hibiki/core/accounts/SignInLog", {
  scoped: Effect.gen(function* () {
    const { logAddresses } = yield* AccountPolicy
    const start = yield* makeStart
    let refusals: Refusals | undefined

    const shown = (address: string): string | undefined =>
      logAddresses === "none" ? undefined : logAddresses === "network" ? networkOf(address) : address

    const signedIn = (what: "Registered" | "Signed in", { admin, deviceId, userId }: SignedIn, address: string) =>
      Effect.annotateLogs(
        Effect.logInfo(what),
        withoutUndefined({ userId, deviceId, admin: admin || undefined, address: shown(address) })
      )

    const tell = Effect.suspend(() => {
      const gathered = refusals
      refusals = undefined
      return gathered === undefined ? Effect.void : tellRefusals(gathered)
    })

    /**
     * A password was wrong, or not looked at. `userId` undefined: of a name that nobody has, which may be a password
     * that was typed in its place.
     */
    const refused = (why: "wrong" | "limited", userId: UserId | undefined, address: string): Effect.Effect<void> =>
      Effect.sync(() => {
        if (refusals === undefined) {
          refusals = { wrong: 0, limited: 0, accounts: new Map(), networks: new Map() }
          start(Effect.zipRight(Effect.sleep(gatheredFor), tell))
        }
        refusals[why]++
        count(refusals.accounts, userId)
        count(refusals.networks, logAddresses === "none" ? undefined : networkOf(address))
      })

    yield* Effect.addFinalizer(() => tell)
    return { signedIn, refused } as const
  })
}) {}

interface Refusals {
  wrong: number
  limited: number
  readonly accounts: Map<string, number>
  readonly networks: Map<string, number>
}

const count = (counts: Map<string, number>, key: string | undefined): void => {
  if (key !== undefined && (counts.has(key) || counts.size < keysMax)) counts.set(key, (counts.get(key) ?? 0) + 1)
}

const tellRefusals = ({ accounts, limited, networks, wrong }: Refusals) => {
  const what = "Sign-ins were refused"
  return Effect.annotateLogs(wrong + limited < manyRefused ? Effect.logInfo(what) : Effect.logWarning(what), {
    wrongPassword: wrong,
    notLookedAt: limited,
    accounts: accounts.size,
    networks: networks.size,
    ...withoutUndefined({ mostTried: mostOf(accounts), mostFrom: mostOf(networks) })
  })
}

const mostOf = (counts: ReadonlyMap<string, number>): string | undefined => {
  let most: string | undefined
  for (const [key, times] of counts) if (most === undefined || times > (counts.get(most) ?? 0)) most = key
  return most
}

const withoutUndefined = (notes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(notes).filter(([, value]) => value !== undefined))
