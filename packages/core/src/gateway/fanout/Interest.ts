/**
 * A gateway's own entries in the routes. They are registered before heads are read, withdrawn some time after the last
 * member left, and registered again when the routes lost them. One operation runs at a time, so a withdrawal never
 * overtakes a registration.
 *
 * Interest is a filter, never a condition: while the routes are unreachable, logs are only recorded as wanted, and
 * nobody waits. During that time workers publish to every gateway. If the routes are unreachable from this gateway
 * alone, it compares heads with the store's.
 */
import { Context, Effect } from "effect"
import type { ConversationId, NodeId } from "../../domain/Ids.ts"
import { makeBatcher } from "../../fibers/Batcher.ts"
import { logFault } from "../../fibers/logging.ts"
import { releaseWithin } from "../../fibers/Time.ts"
import { type Lease, Routes, type RoutesUnavailable } from "../../ports/Routes.ts"

/** Logs in one operation. */
const slice = 500
/** The interval of checks while the routes are unreachable; otherwise every fourth of them, a third of a lease. */
const lookEvery = "1 second"
const looksPerRenewal = 4
/**
 * Rounds of one check: to notice a loss, to open the next incarnation and register under it, and to report that. Any
 * more wait for the next check.
 */
const roundsMax = 4

/**
 * `regained` is called whenever everything is registered again after a possible loss: look for events missed in the
 * meantime.
 */
export const makeInterest = (node: NodeId, regained: () => void) =>
  Effect.gen(function* () {
    const lane = yield* makeLane(node)
    const { registrations } = lane

    const registerOne = yield* makeBatcher(slice, (requests: ReadonlyArray<ReadonlyArray<ConversationId>>) =>
      lane.run(
        Effect.gen(function* () {
          const mine = registrations.want(requests.flat())
          for (let from = 0; from < mine.length && registrations.isOpen && !lane.isAway(); from += slice) {
            yield* Effect.catchAll(lane.register(mine.slice(from, from + slice)), lane.wentAway)
          }
          return requests.map(() => true)
        })
      )
    )
    /** Completes when every later change of these logs is sent to this node, or the routes are unreachable. */
    const register = (logs: ReadonlyArray<ConversationId>) => Effect.asVoid(registerOne(logs))

    const withdrawSlice = (
      logs: Array<ConversationId>,
      isUnused: (log: ConversationId) => boolean,
      forget: (log: ConversationId) => void
    ) =>
      lane.run(
        Effect.suspend(() => {
          const unused = logs.splice(0, slice).filter(isUnused)
          const known = unused.filter((log) => registrations.drop(log))
          for (const log of unused) forget(log)
          // An entry that can't be withdrawn ends with the incarnation. Until then this gateway drops the envelopes for
          // it.
          return known.length === 0 || lane.isAway()
            ? Effect.void
            : Effect.catchAll(lane.withdraw(known), lane.wentAway)
        })
      )
    /**
     * Withdraws those of `logs` for which `isUnused` holds in their turn, slice by slice; calls `forget` for each in
     * the turn of that decision.
     */
    const withdraw = (
      logs: ReadonlyArray<ConversationId>,
      isUnused: (log: ConversationId) => boolean,
      forget: (log: ConversationId) => void
    ) =>
      Effect.suspend(() => {
        const left = [...logs]
        return Effect.whileLoop({
          while: () => left.length > 0,
          body: () => withdrawSlice(left, isUnused, forget),
          step: () => undefined
        })
      })

    yield* keepLease(lane, regained)
    /**
     * Whether this log is registered, or will be as soon as the routes are reachable. False while its registration is
     * running.
     */
    const isRegistered = (log: ConversationId): boolean =>
      registrations.isWanted(log) && (!registrations.isMissing(log) || !registrations.isOpen || lane.isAway())
    return { register, withdraw, isRegistered } as const
  })

export class Interest extends Context.Tag("@hibiki/core/gateway/Interest")<
  Interest,
  Effect.Effect.Success<ReturnType<typeof makeInterest>>
>() {}

/** The one way to the routes: operations in it run one at a time. */
const makeLane = (node: NodeId) =>
  Effect.gen(function* () {
    const routes = yield* Routes
    const permits = yield* Effect.makeSemaphore(1)
    const registrations = new Registrations(node)
    let away = false
    return {
      registrations,
      run: permits.withPermits(1),
      isAway: () => away,
      wentAway: ({ cause }: RoutesUnavailable) =>
        Effect.suspend(() => {
          if (away) return Effect.void
          away = true
          return Effect.logWarning("Routes are away: interest is registered when they are back", cause)
        }),
      isBack: () => {
        away = false
      },
      register: (logs: ReadonlyArray<ConversationId>) =>
        Effect.map(routes.register(registrations.lease, logs), () => registrations.registered(logs)),
      withdraw: (logs: ReadonlyArray<ConversationId>) => routes.withdraw(registrations.lease, logs),
      /** Whether the lease is valid and says that everything is registered. */
      renew: Effect.suspend(() => {
        const told = registrations.registeredUnder
        return Effect.map(routes.renew(registrations.lease, told), (answer) => registrations.renewed(told, answer))
      }),
      release: Effect.suspend(() => routes.release(registrations.lease))
    } as const
  })

type Lane = Effect.Effect.Success<ReturnType<typeof makeLane>>

/** Takes the lease, renews it for as long as the scope lives, and registers everything again after a loss. */
const keepLease = (lane: Lane, regained: () => void) =>
  Effect.gen(function* () {
    const { registrations } = lane
    // Slice by slice, so that a socket that arrives in the meantime waits for one slice only.
    const registerMissing = Effect.whileLoop({
      while: () => registrations.isOpen && registrations.registeredUnder === undefined,
      body: () => lane.run(Effect.suspend(() => lane.register(registrations.someMissing(slice)))),
      step: () => undefined
    })
    const look = Effect.gen(function* () {
      for (let round = 0; round < roundsMax; round++) {
        if (yield* lane.run(lane.renew)) {
          if (!lane.isAway() && !registrations.lost) return
          yield* Effect.logInfo("This gateway's interest is registered again")
          lane.isBack()
          registrations.lost = false
          return regained()
        }
        yield* registerMissing
      }
    }).pipe(Effect.catchAll(lane.wentAway))

    yield* look
    yield* Effect.addFinalizer(() =>
      lane.release.pipe(
        releaseWithin("2 seconds"),
        Effect.catchAll((error) =>
          Effect.logWarning("This gateway's lease in the routes could not be ended: it lapses", error)
        )
      )
    )
    let looks = 0
    yield* Effect.suspend(() =>
      lane.isAway() || registrations.lost || ++looks % looksPerRenewal === 0 ? look : Effect.void
    ).pipe(
      Effect.catchAllCause(logFault("A look at this gateway's lease failed")),
      Effect.delay(lookEvery),
      Effect.forever,
      Effect.forkScoped
    )
  })

/**
 * A gateway's knowledge of its entries in the routes: the wanted logs, the registered ones, and their incarnation and
 * generation. Pure; Interest.ts acts on it.
 */
class Registrations {
  private readonly wanted = new Set<ConversationId>()
  /** Those of `wanted` that are not registered under this incarnation, as far as known. */
  private readonly missing = new Set<ConversationId>()
  private held: Lease
  /** Undefined: the lease of this incarnation is not written yet. */
  private generation: string | undefined
  /** Everything was lost, and is not registered again yet. */
  lost = false

  constructor(node: NodeId) {
    this.held = { node, incarnation: 1 }
  }

  get lease(): Lease {
    return this.held
  }

  /** Whether entries may be written: none before the lease. */
  get isOpen(): boolean {
    return this.generation !== undefined
  }

  /** The value for a renewal: the generation under which everything is registered. */
  get registeredUnder(): string | undefined {
    return this.missing.size === 0 ? this.generation : undefined
  }

  isWanted(log: ConversationId): boolean {
    return this.wanted.has(log)
  }

  /** Wanted, but not registered, as far as known. */
  isMissing(log: ConversationId): boolean {
    return this.missing.has(log)
  }

  /** Returns those of `logs` that need registering. */
  want(logs: Iterable<ConversationId>): ReadonlyArray<ConversationId> {
    const mine: Array<ConversationId> = []
    for (const log of new Set(logs)) {
      if (!this.wanted.has(log)) {
        this.wanted.add(log)
        this.missing.add(log)
      }
      if (this.missing.has(log)) mine.push(log)
    }
    return mine
  }

  /** At most `most` of the missing ones. */
  someMissing(most: number): ReadonlyArray<ConversationId> {
    const some: Array<ConversationId> = []
    for (const log of this.missing) {
      if (some.length === most) break
      some.push(log)
    }
    return some
  }

  registered(logs: ReadonlyArray<ConversationId>): void {
    for (const log of logs) this.missing.delete(log)
  }

  /** Marks it as no longer wanted. Returns whether there is an entry to withdraw. */
  drop(log: ConversationId): boolean {
    return this.wanted.delete(log) && !this.missing.delete(log)
  }

  /**
   * Takes the answer to a renewal that said `told`. Returns true if the lease is valid and says that everything is
   * registered. After a lapsed lease, or in another generation, entries may be gone: all must then be registered under
   * the next incarnation.
   */
  renewed(told: string | undefined, answer: { readonly generation: string; readonly lapsed: boolean }): boolean {
    if (this.generation === undefined) {
      this.generation = answer.generation
      return false
    }
    if (!answer.lapsed && answer.generation === this.generation) return told !== undefined
    this.lost = true
    this.held = { node: this.held.node, incarnation: this.held.incarnation + 1 }
    this.generation = undefined
    for (const log of this.wanted) this.missing.add(log)
    return false
  }
}
