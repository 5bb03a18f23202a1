/** Authenticates callers: the owner of a call's access token, and of a socket's ticket. Every transport uses it. */
import { Clock, Data, Duration, Effect, Option } from "effect"
import type { DeviceId } from "../domain/Ids.ts"
import type { DeviceKind } from "../domain/Presence.ts"
import { makeBatcher } from "../fibers/Batcher.ts"
import { monotonicMs } from "../fibers/Time.ts"
import { Devices, type LivingDevice } from "../ports/Devices.ts"
import type { StoreUnavailable } from "../ports/EventStore.ts"
import { type SecretHash, Secrets } from "../ports/Secrets.ts"
import { Sessions } from "../ports/Sessions.ts"
import { type Origin, type TicketOwner, Tickets } from "../ports/Tickets.ts"
import type { Identity } from "../protocol/rpc/AuthMiddleware.ts"
import { Unauthenticated } from "../protocol/rpc/RpcErrors.ts"
import { AccountPolicy, type AccountSettings } from "./AccountPolicy.ts"
import { makeSpend } from "./makeSpend.ts"

/**
 * The socket is refused: its ticket is unknown, used, expired, another device's or of another origin, or its sign-in
 * has ended. Close code `unauthenticated`.
 */
export class SocketRefused extends Data.TaggedError("SocketRefused") {}

/** The most cached owners of tokens; at the bound the oldest entry is dropped. */
const cacheSize = 10_000
const cacheTtlMs = 1_000
/**
 * `lastUsedAt` is for display: moved forward at most this often, and at the first use of a token, which the parent of
 * its refresh token must not outlive.
 */
const touchEveryMs = 10 * 60_000
/** Sign-ins or tokens of one query: those that arrive while another query is running. */
const queryMax = 500
/** Longer than any token: it is not even hashed. */
const tokenMax = 128

export class Authenticator extends Effect.Service<Authenticator>()("@hibiki/core/accounts/Authenticator", {
  scoped: Effect.gen(function* () {
    const devices = yield* Devices
    const sessions = yield* Sessions
    const kindOf = yield* makeBatcher(queryMax, kindsOf(sessions))
    const owners = new TokenOwners(devices, yield* makeBatcher(queryMax, ownersOf(devices)))
    const tickets = yield* Tickets
    const secrets = yield* Secrets
    const spend = yield* makeSpend
    const policy = yield* AccountPolicy

    /** Returns the owner of an access token. The answer is at most a second out of date. */
    const authenticate = Effect.fnUntraced(function* (
      accessToken: string
    ): Effect.fn.Return<Identity, Unauthenticated | StoreUnavailable> {
      if (accessToken.length === 0 || accessToken.length > tokenMax) return yield* new Unauthenticated()
      const hash = secrets.hash(accessToken)
      const now = yield* Clock.currentTimeMillis
      const cached = owners.cached(hash)
      const known = cached !== undefined && cached.until > (yield* monotonicMs) ? cached : yield* owners.read(hash, now)
      if (known.expiresAt <= now) return yield* new Unauthenticated()
      return known.identity
    })

    /** Call it after this process ended devices: later calls then never use cached owners. */
    const forgetAll: Effect.Effect<void> = Effect.sync(() => owners.forgetAll())

    /** Issues a ticket that opens one socket of the caller's device, from the caller's origin. */
    const issueTicket = Effect.fn("Authenticator.issueTicket")(function* (identity: Identity, origin: Origin) {
      yield* spend(policy.limits.ticketUser, identity.userId)
      const ticket = yield* tickets.issue(ownerOf(identity), origin, policy.ticketTtl, "open")
      return { ticket, ttlMs: Duration.toMillis(policy.ticketTtl) }
    })

    /**
     * Issues a ticket for the next connection of an open socket, from the same origin; sent in `welcome` and renewed by
     * heartbeats.
     */
    const resumeTicket = (owner: TicketOwner, origin: Origin) =>
      Effect.map(tickets.issue(owner, origin, policy.resumeTicketTtl, "resume"), (ticket) => ({
        ticket,
        ttlMs: Duration.toMillis(policy.resumeTicketTtl)
      }))

    /**
     * Redeems the ticket of a `hello`. If the look-up fails, the ticket counts as unknown: its device fetches another
     * one. The caller registers the socket and then calls `RevocationWatch.endingOf`, so that a device that ends in
     * between is not missed.
     */
    const openSocket = Effect.fnUntraced(function* (ticket: string, device: DeviceId, origin: Origin) {
      if (ticket.length === 0 || ticket.length > tokenMax) return yield* new SocketRefused()
      const owner = yield* Effect.catchTag(tickets.redeem(ticket, origin), "TicketsUnavailable", () =>
        Effect.succeed(undefined)
      )
      if (owner === undefined || owner.deviceId !== device) return yield* new SocketRefused()
      const kind = yield* kindOf(owner)
      if (Option.isNone(kind)) return yield* new SocketRefused()
      return { owner, kind: kind.value } satisfies OpenedSocket as OpenedSocket
    })

    return {
      authenticate,
      forgetAll,
      issueTicket,
      resumeTicket,
      openSocket,
      connected: connectedOf(devices, policy)
    } as const
  })
}) {}

/** The owner of a socket, and the kind of its device. */
export interface OpenedSocket {
  readonly owner: TicketOwner
  readonly kind: DeviceKind
}

interface Known {
  readonly identity: Identity
  /**
   * The end of the cache entry (monotonic). If it used the wall clock and that were set back, a device that another
   * process has ended could still get in until the clock catches up.
   */
  readonly until: number
  /** The token's own expiry, by the wall clock like all stored times. */
  readonly expiresAt: number
}

/** Reads the owners of access tokens, and caches each for a second. */
class TokenOwners {
  /** By the hash of the access token; the oldest comes first. */
  private readonly known = new Map<SecretHash, Known>()
  private generation = 0

  constructor(
    private readonly devices: Devices["Type"],
    private readonly ownerOf: (hash: SecretHash) => Effect.Effect<Option.Option<LivingDevice>, StoreUnavailable>
  ) {}

  /** Returns the cached entry. The caller must compare its `until`. */
  cached(hash: SecretHash): Known | undefined {
    return this.known.get(hash)
  }

  read(hash: SecretHash, now: number): Effect.Effect<Known, Unauthenticated | StoreUnavailable> {
    return Effect.gen(this, function* () {
      const [asked, askedAt] = [this.generation, yield* monotonicMs]
      const owner = yield* this.ownerOf(hash)
      if (Option.isNone(owner)) return yield* new Unauthenticated()
      const device = owner.value
      if (device.isUnused || now - device.lastUsedAt >= touchEveryMs)
        yield* Effect.ignore(this.devices.touch(device.deviceId, hash, now))
      const { userId, deviceId, handle, admin, sessionVersion } = device
      const known: Known = {
        identity: { userId, deviceId, handle, admin, sessionVersion },
        until: askedAt + cacheTtlMs,
        expiresAt: device.accessExpiresAt ?? Number.POSITIVE_INFINITY
      }
      // Never cache an owner that was read before a revocation here.
      if (asked === this.generation) this.remember(hash, known, askedAt)
      return known
    })
  }

  forgetAll(): void {
    this.generation++
    this.known.clear()
  }

  /** Removes expired owners: they come first, since all entries are valid equally long. */
  private remember(hash: SecretHash, known: Known, now: number): void {
    this.known.delete(hash)
    this.known.set(hash, known)
    for (const [oldest, { until }] of this.known) {
      if (until > now && this.known.size <= cacheSize) return
      this.known.delete(oldest)
    }
  }
}

/** Reads many at once: after a start all users connect together, each with a token that is not cached. */
const ownersOf = (devices: Devices["Type"]) => (hashes: ReadonlyArray<SecretHash>) =>
  Effect.gen(function* () {
    const found = yield* devices.byAccessHashes([...new Set(hashes)], yield* Clock.currentTimeMillis)
    return hashes.map((hash) => Option.fromNullable(found.get(hash)))
  })

const kindsOf = (sessions: Sessions["Type"]) => (signIns: ReadonlyArray<TicketOwner>) =>
  Effect.map(sessions.kindsOf(signIns), (kinds) => kinds.map(Option.fromNullable))

/**
 * These devices have open sockets now. That counts as use, like a refresh: they do not end as idle, and stay in the
 * list of devices.
 */
const connectedOf = (devices: Devices["Type"], { refreshIdle }: AccountSettings) =>
  Effect.fnUntraced(function* (holders: ReadonlyArray<DeviceId>) {
    const now = yield* Clock.currentTimeMillis
    for (let from = 0; from < holders.length; from += queryMax)
      yield* devices.connected(holders.slice(from, from + queryMax), now + Duration.toMillis(refreshIdle), now)
  })

const ownerOf = ({ userId, deviceId, sessionVersion }: Identity): TicketOwner => ({ userId, deviceId, sessionVersion })
