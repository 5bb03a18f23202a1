/**
 * Checks a password without revealing which accounts exist, changes it, and records sign-ins and wrong passwords in the
 * account's activity.
 */
import { Effect, Either, Metric, Redacted } from "effect"
import { type Handle, searchKey } from "../domain/Handle.ts"
import type { DeviceId, UserId } from "../domain/Ids.ts"
import { makeStart } from "../fibers/Background.ts"
import { counter } from "../metrics/declareMetric.ts"
import { Activities } from "../ports/Activities.ts"
import type { StoreUnavailable } from "../ports/EventStore.ts"
import { type Asker, HasherBusy, PasswordHasher } from "../ports/PasswordHasher.ts"
import { type Limit, RateLimits } from "../ports/RateLimits.ts"
import { type Credentials, Users } from "../ports/Users.ts"
import { PasswordRefused, type SignedIn, SignInFailed } from "../protocol/rpc/AuthRpcs.ts"
import { RateLimited } from "../protocol/rpc/RpcErrors.ts"
import { AccountNetworks, addressKey, networkOf, shownAddress } from "./AccountNetworks.ts"
import { AccountPolicy } from "./AccountPolicy.ts"
import { makeSpend, type Spend } from "./makeSpend.ts"
import { choosePassword, preparePassword } from "./Password.ts"

export const signIns = counter("hibiki_sign_ins_total", {
  unit: "passwords",
  description: "Checked passwords: `ok` or `failed`.",
  labels: { result: ["ok", "failed"] }
})

/** The claimed account, and where the claim comes from. */
export interface Claim {
  /** As typed. */
  readonly handle: string
  readonly password: Redacted.Redacted
  readonly address: string
  /** A device that is signed in to the account; it counts like a known network. */
  readonly signedIn?: DeviceId
}

/** An account whose password was right, and the requester of further hashes from there. */
export interface Proven {
  readonly account: Credentials
  readonly asker: Asker
}

/**
 * Concurrent checks for one name, and for it from each network that its account knows. More would wait in the queue
 * that all names share.
 */
const proofsAtOnce = 3
/** About the time that one of them takes. */
const proofRetryMs = 500

export class Passwords extends Effect.Service<Passwords>()("@hibiki/core/accounts/Passwords", {
  scoped: Effect.gen(function* () {
    const users = yield* Users
    const hasher = yield* PasswordHasher
    const [limits, spend] = [yield* RateLimits, yield* makeSpend]
    const { limits: settings } = yield* AccountPolicy
    const [oneOfFew, networks] = [makeOneOfFew(), yield* AccountNetworks]
    const noteFailure = yield* makeFailureNotes
    const { refused: noteRefused } = yield* SignInLog
    const { giveBack, take } = makeCosts(limits, spend)
    const { check, rehash } = makeHashes(users, hasher)

    /**
     * Returns the account from `find` if the password is right and the account enabled. Limits apply in this order.
     * First the address, then account and address together, before any query to the store. Then the name over all
     * networks that its account does not know (each known network and each device has its own count), where only
     * failures cost. Last the account, for right passwords. A password that was not checked costs nothing, whether for
     * lack of time or because of a limit: otherwise a program with an old password would lock out everybody behind its
     * address.
     */
    const prove = Effect.fn("Passwords.prove")(function* <E = never>(
      find: Effect.Effect<Credentials | undefined, StoreUnavailable | E>,
      claim: Claim
    ): Effect.fn.Return<Proven, SignInFailed | RateLimited | StoreUnavailable | E> {
      const [address, name] = [addressKey(claim.address), searchKey(claim.handle)]
      const ofAddress: Cost = [settings.signInAddress, address]
      const ofPair: Cost = [settings.signInPair, `${name} ${address}`]
      yield* Effect.tapError(take([ofAddress, ofPair]), () => noteRefused("limited", undefined, claim.address))
      const { account, asker, place } = yield* Effect.gen(function* () {
        const account = yield* find
        const { asker, isKnown } = yield* networks.whereabouts(account, claim)
        return { account, asker, place: placeOf(name, isKnown, asker, claim.signedIn) }
      }).pipe(Effect.tapError(() => giveBack([ofAddress, ofPair])))
      const limited = () => noteRefused("limited", account?.userId, claim.address)
      yield* Effect.tapError(spend(settings.signInName, place), () =>
        Effect.zipRight(giveBack([ofAddress, ofPair]), limited())
      )
      const costs: ReadonlyArray<Cost> = [ofAddress, ofPair, [settings.signInName, place]]
      const typed = Redacted.value(claim.password)
      const verdict = yield* oneOfFew(place, check(account, typed, asker)).pipe(
        Effect.tapErrorTag("HasherBusy", () => Effect.zipRight(giveBack(costs), limited())),
        Effect.catchTag("HasherBusy", busy)
      )
      if (verdict._tag !== "Match" || account === undefined) {
        if (account !== undefined) noteFailure(account)
        yield* limits.failed(...ofAddress)
        yield* limits.failed(...ofPair)
        yield* Metric.increment(Metric.tagged(signIns, "result", "failed"))
        yield* noteRefused("wrong", account?.userId, claim.address)
        return yield* new SignInFailed()
      }
      // A right password beyond the limit still costs its token of account and address, so that no more of them are
      // checked than wrong ones.
      yield* Effect.tapError(spend(settings.signInUser, account.userId), () =>
        Effect.zipRight(limits.returned(...ofAddress), limited())
      )
      yield* Effect.forEach(costs, ([limit, key]) => limits.succeeded(limit, key), { discard: true })
      yield* Metric.increment(Metric.tagged(signIns, "result", "ok"))
      if (verdict.outdated) yield* rehash(account, typed)
      return { account, asker }
    })

    /** Hashes a password that may be chosen. */
    const choose = Effect.fn("Passwords.choose")(function* (password: Redacted.Redacted, handle: Handle, asker: Asker) {
      const chosen = choosePassword(Redacted.value(password), handle)
      if (Either.isLeft(chosen)) return yield* new PasswordRefused({ reason: chosen.left })
      return yield* hasher.hash(chosen.right, asker).pipe(Effect.catchTag("HasherBusy", busy))
    })

    return { prove, choose } as const
  })
}) {}

/**
 * The key under which tries for a name count together. The name is text that the caller typed: it comes last, so that
 * it can't imitate another key.
 */
const placeOf = (name: string, isKnown: boolean, { network }: Asker, signedIn: DeviceId | undefined): string =>
  isKnown ? `known ${signedIn ?? network} ${name}` : `anybody ${name}`

const busy = ({ retryAfterMs }: HasherBusy) => new RateLimited({ retryAfterMs })

/** The operations on an account's hash. */
const makeHashes = (users: Users["Type"], hasher: PasswordHasher["Type"]) => {
  /** Compares a password: with the same work whether the account exists or not, and whichever part is wrong. */
  const check = (account: Credentials | undefined, typed: string, asker: Asker) => {
    const password = preparePassword(typed)
    return account?.passwordHash === undefined || account.disabled || password === undefined
      ? hasher.verifyNothing(password ?? "", asker)
      : hasher.verify(account.passwordHash, password, asker)
  }

  /** Hashes a password with the current settings. It may fail: the next sign-in tries again. */
  const rehash = (account: Credentials, typed: string) =>
    Effect.gen(function* () {
      const password = preparePassword(typed)
      if (password === undefined || account.passwordHash === undefined) return
      yield* users.rehash(account.userId, account.passwordHash, yield* hasher.hash(password))
    }).pipe(
      Effect.catchTags({
        HasherBusy: () => Effect.void,
        StoreUnavailable: (error) => Effect.logWarning("a password could not be hashed anew", error.operation)
      })
    )
  return { check, rehash } as const
}

type Cost = readonly [Limit, key: string]

const makeCosts = (limits: RateLimits["Type"], spend: Spend) => {
  /** Takes the limits one after another, before a password is checked; if one refuses, those before it are returned. */
  const take = Effect.fnUntraced(function* (costs: ReadonlyArray<Cost>) {
    for (const [i, [limit, key]] of costs.entries())
      yield* Effect.tapError(spend(limit, key), () => giveBack(costs.slice(0, i)))
  })
  const giveBack = (costs: ReadonlyArray<Cost>) =>
    Effect.forEach(costs, ([limit, key]) => limits.returned(limit, key), { discard: true })
  return { take, giveBack }
}

/** Counts by name, even if no account has it: otherwise the answer would reveal which accounts exist. */
const makeOneOfFew = () => {
  const underWay = new Map<string, number>()
  const enter = (name: string) =>
    Effect.suspend(() => {
      const before = underWay.get(name) ?? 0
      return before < proofsAtOnce
        ? Effect.succeed(underWay.set(name, before + 1))
        : new HasherBusy({ retryAfterMs: proofRetryMs })
    })
  const leave = (name: string) =>
    Effect.sync(() => {
      const left = (underWay.get(name) ?? 1) - 1
      if (left === 0) underWay.delete(name)
      else underWay.set(name, left)
    })
  return <A, E>(name: string, proof: Effect.Effect<A, E>): Effect.Effect<A, E | HasherBusy> =>
    Effect.acquireUseRelease(
      enter(name),
      () => proof,
      () => leave(name)
    )
}

/**
 * Runs in parallel to the answer, which must not take longer for an existing name. The limits bound the number of
 * notes.
 */
const makeFailureNotes = Effect.gen(function* () {
  const activities = yield* Activities
  const start = yield* makeStart
  return ({ userId }: Credentials): void =>
    start(
      Effect.catchTag(activities.signInFailed(userId), "StoreUnavailable", ({ cause }) =>
        Effect.logWarning("A wrong password could not be noted for its account", cause)
      )
    )
})

const gatheredFor = "1 minute"
/** From this number on within that time, refusals are a warning. */
const manyRefused = 10
/** The most accounts and networks that are counted separately. */
const keysMax = 1_000

/**
 * Sign-ins in the server's log: a line for each successful one, and one a minute for all refused ones, so that nobody
 * can flood it.
 */
export class SignInLog extends Effect.Service<SignInLog>()("@hibiki/core/accounts/SignInLog", {
  scoped: Effect.gen(function* () {
    const { logAddresses } = yield* AccountPolicy
    const start = yield* makeStart
    let refusals: Refusals | undefined

    const signedIn = (what: "Registered" | "Signed in", { admin, deviceId, userId }: SignedIn, address: string) =>
      Effect.annotateLogs(
        Effect.logInfo(what),
        withoutUndefined({ userId, deviceId, admin: admin || undefined, address: shownAddress(logAddresses, address) })
      )

    const tell = Effect.suspend(() => {
      const gathered = refusals
      refusals = undefined
      return gathered === undefined ? Effect.void : tellRefusals(gathered)
    })

    /**
     * A password was wrong, or not checked. `userId` undefined: no account has the name, which may be a password that
     * was typed in the wrong place.
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
