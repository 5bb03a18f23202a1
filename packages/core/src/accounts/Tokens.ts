/** Tokens of devices: made at sign-in, replaced at each refresh, stored only as hashes. */
import { Clock, Duration, Effect, Metric } from "effect"
import { DeviceId, type UserId } from "../domain/Ids.ts"
import { makeUuidV7 } from "../domain/Uuid.ts"
import { makeCarryOut } from "../fibers/Background.ts"
import { counter } from "../metrics/declareMetric.ts"
import { Devices, type LivingDevice, type NewDeviceRow, type Rotated } from "../ports/Devices.ts"
import { PersonalHints } from "../ports/PersonalHints.ts"
import { type SecretHash, Secrets } from "../ports/Secrets.ts"
import type { Revocation } from "../ports/Users.ts"
import type { NewDevice, SignedIn } from "../protocol/rpc/AuthRpcs.ts"
import { RateLimited, Unauthenticated } from "../protocol/rpc/RpcErrors.ts"
import { AccountNetworks } from "./AccountNetworks.ts"
import { AccountPolicy, type AccountSettings } from "./AccountPolicy.ts"
import { Authenticator } from "./Authenticator.ts"

export const refreshReuses = counter("hibiki_refresh_reuses_total", {
  unit: "devices",
  description: "Signed out because somebody used a replaced refresh token."
})

/**
 * A refresh token is `<family><secret>`, both 256 random bits in base64url: the family belongs to the sign-in, the
 * secret is for one use. So a used token names the sign-in that must end, however old it is, and the store needs no
 * list of used ones. A successor is derived from the parent token itself, never from its stored hash. So it can be
 * computed again, and a copy of the store with the server's key can't make tokens.
 */
const familyLength = 43
const refreshLength = 2 * familyLength

/** The user of the new device, and the version of the checked password; undefined: the sign-in needed no password. */
type Starting = Pick<NewDeviceRow, "passwordVersion" | "userId">
type Reused = Extract<Rotated, { _tag: "Reused" }>

export class Tokens extends Effect.Service<Tokens>()("@hibiki/core/accounts/Tokens", {
  scoped: Effect.gen(function* () {
    return { ...(yield* makeStarts), refresh: yield* makeRefresh } as const
  })
}) {}

/** How long the tokens of a sign-in are valid, in milliseconds. */
const ttlsOf = (policy: AccountSettings) => {
  const absoluteTtl = Duration.toMillis(policy.refreshAbsolute)
  return {
    idleTtl: Duration.toMillis(policy.refreshIdle),
    absoluteTtl,
    // No longer than any sign-in: clients would rely on a longer expiry.
    accessTtl: Math.min(Duration.toMillis(policy.accessTtl), absoluteTtl)
  }
}

/** Makes the first tokens of a device. */
const makeStarts = Effect.gen(function* () {
  const [devices, secrets] = [yield* Devices, yield* Secrets]
  const [hints, networks] = [yield* PersonalHints, yield* AccountNetworks]
  const { absoluteTtl, accessTtl, idleTtl } = ttlsOf(yield* AccountPolicy)
  const carryOut = yield* makeCarryOut

  const create = (row: Omit<NewDeviceRow, "deviceId">) =>
    Effect.gen(function* () {
      const creating = devices.create({ ...row, deviceId: DeviceId.make(yield* makeUuidV7) })
      const created = yield* carryOut(
        Effect.tap(creating, (made) => (made === undefined ? Effect.void : hints.announce(made.changes)))
      )
      return created?.device
    })

  /**
   * Signs in a new device, and notes its network. Undefined: since the proof, the account was disabled, or its password
   * changed.
   */
  const start = Effect.fn("Tokens.start")(function* (
    { passwordVersion, userId }: Starting,
    { kind, name }: NewDevice,
    address: string
  ) {
    const now = yield* Clock.currentTimeMillis
    const [access, family, secret] = [yield* secrets.make, yield* secrets.make, yield* secrets.make]
    const ends = { idleExpiresAt: now + idleTtl, absoluteExpiresAt: now + absoluteTtl }
    const refresh = { family: secrets.hash(family), hash: secrets.hash(family + secret), ...ends }
    const device = yield* create({
      userId,
      passwordVersion,
      name,
      kind,
      now,
      accessHash: secrets.hash(access),
      accessExpiresAt: now + accessTtl,
      refresh
    })
    if (device === undefined) return undefined
    yield* networks.note(device, address)
    return signedIn(device, access, accessTtl, family + secret, Math.min(idleTtl, absoluteTtl))
  })

  /** Returns a bot's access token: valid until its device is revoked. Undefined: no such account, or disabled. */
  const startBot = Effect.fn("Tokens.startBot")(function* (userId: UserId, name: string) {
    const [now, accessToken] = [yield* Clock.currentTimeMillis, yield* secrets.make]
    const token = {
      accessHash: secrets.hash(accessToken),
      accessExpiresAt: undefined,
      refresh: undefined,
      passwordVersion: undefined
    }
    const device = yield* create({ userId, name, kind: "bot", now, ...token })
    return device && { accessToken, deviceId: device.deviceId }
  })

  return { start, startBot } as const
})

/** Replaces the tokens of a device by their successors. */
const makeRefresh = Effect.gen(function* () {
  const [devices, secrets] = [yield* Devices, yield* Secrets]
  const [hints, authenticator] = [yield* PersonalHints, yield* Authenticator]
  const [policy, networks] = [yield* AccountPolicy, yield* AccountNetworks]
  const { accessTtl, idleTtl } = ttlsOf(policy)
  const carryOut = yield* makeCarryOut

  const endReused = ({ revocation, userId }: Reused) =>
    Effect.all([authenticator.forgetAll, noteReuse(userId, revocation), hints.announce(revocation.changes)], {
      discard: true
    })

  /**
   * Returns the successors of a refresh token. A token that was used before ends its device at once. The exception is
   * the direct parent, within the grace or while its successors are unused: then the answer with them was lost.
   */
  return Effect.fn("Tokens.refresh")(function* (token: string, address: string) {
    if (token.length !== refreshLength) return yield* new Unauthenticated()
    const now = yield* Clock.currentTimeMillis
    const family = token.slice(0, familyLength)
    const shown = secrets.hash(token)
    const next = { access: secrets.derive(`access ${token}`), refresh: family + secrets.derive(`refresh ${token}`) }
    const rotating = devices.rotate({
      family: secrets.hash(family),
      shown,
      now,
      graceMs: Duration.toMillis(policy.refreshGrace),
      next: {
        refreshHash: secrets.hash(next.refresh),
        accessHash: secrets.hash(next.access),
        accessExpiresAt: now + accessTtl,
        idleExpiresAt: now + idleTtl
      }
    })
    const rotated = yield* carryOut(
      Effect.tap(rotating, (outcome) => (outcome._tag === "Reused" ? endReused(outcome) : Effect.void))
    )
    if (rotated._tag === "Repeated") yield* onlyInForce(devices, secrets.hash(next.access), now, policy.refreshGrace)
    if (rotated._tag === "Rotated" || rotated._tag === "Repeated") {
      yield* networks.note(rotated.device, address)
      const accessExpiresAt = rotated.device.accessExpiresAt ?? now + accessTtl
      return signedIn(
        rotated.device,
        next.access,
        Math.max(0, accessExpiresAt - now),
        next.refresh,
        rotated.refreshExpiresAt - now
      )
    }
    return yield* new Unauthenticated()
  })
})

/**
 * Another key, or an older version of the program, derived a different successor, and the answer with it was lost. That
 * successor can't be computed again. The device asks once more after the grace, when an unused successor is replaced.
 */
const onlyInForce = (devices: Devices["Type"], access: SecretHash, now: number, grace: Duration.Duration) =>
  Effect.flatMap(devices.byAccessHashes([access], now), (found) =>
    found.has(access) ? Effect.void : new RateLimited({ retryAfterMs: Duration.toMillis(grace) + 1_000 })
  )

const noteReuse = (userId: UserId, { devices }: Revocation) =>
  Effect.zipRight(
    Metric.increment(refreshReuses),
    Effect.annotateLogs(Effect.logWarning("a refresh token was used twice; its device was signed out"), {
      userId,
      devices: devices.join(" ")
    })
  )

const signedIn = (
  device: LivingDevice,
  accessToken: string,
  accessTtlMs: number,
  refreshToken: string,
  refreshTtlMs: number
): SignedIn => {
  const { admin, deviceId, displayName, handle, userId } = device
  return { userId, deviceId, handle, displayName, admin, accessToken, accessTtlMs, refreshToken, refreshTtlMs }
}
