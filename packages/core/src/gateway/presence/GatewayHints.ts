/**
 * A gateway's hints: those of its own users on their way to all gateways, and those of all gateways on their way to its
 * sockets.
 */
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import { presenceLimits } from "../../domain/Limits.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import { directConversationId } from "../../domain/Uuid.ts"
import type { Hint } from "../../ports/Hints.ts"
import { type CursorsFrame, encodeFrame } from "../../protocol/ServerFrame.ts"
import type { Fanout } from "../fanout/Fanout.ts"
import type { Place, Recipient } from "../fanout/Recipient.ts"

/** Receipts are gathered for so long (ms). */
const receiptsEveryMs = 250
/** Receipts that may be gathered; what comes beyond is dropped, and found when the conversation is opened. */
const gatheredMax = 10_000
/**
 * Receipts that are remembered as told; beyond it the one told longest ago is forgotten, which may cost one that goes
 * back.
 */
const toldMax = 10_000

/**
 * A hint names so many whom it is hidden from; who blocks more is not told to be typing where there are others than
 * one.
 */
const hiddenMax = 50

/** Receipts are told where there are two at most. */
const directMembers = 2

export interface HintWays {
  readonly publish: (hints: ReadonlyArray<Hint>) => void
  readonly after: (delayMs: number, run: () => void) => void
}

export class GatewayHints {
  private gathered = new Map<string, Hint>()
  /**
   * How far each was told of to the sockets here, by whatever gateway: each knows of its own devices only, and the
   * furthest counts.
   */
  private readonly told = new Map<string, number>()

  constructor(
    private readonly fanout: Fanout,
    private readonly ways: HintWays
  ) {}

  /** A member writes. Not told where nobody could tell the many writers apart. */
  typing(hints: UserHints, userId: UserId, { kind: of, log, members }: Place, nowMs: number): void {
    if (members.size > presenceLimits.typingOnlineMax || !hints.mayType(log, nowMs)) return
    const hiddenFrom = of === "direct" ? [] : hints.blocked
    if (hiddenFrom.length > hiddenMax) return
    this.ways.publish([
      { kind: "typing", conversationId: log, userId, ...(hiddenFrom.length === 0 ? {} : { hiddenFrom }) }
    ])
  }

  /** A member has read, or one of its devices holds, everything up to `seq`. Only where there is one other side. */
  reached(hints: UserHints, kind: "read" | "delivered", userId: UserId, { kind: of, log }: Place, seq: number): void {
    if (of !== "direct" || !hints.reaches(kind, log, seq)) return
    const key = `${kind}/${log}/${userId}`
    if (this.gathered.size >= gatheredMax && !this.gathered.has(key)) return
    if (this.gathered.size === 0) this.ways.after(receiptsEveryMs, () => this.publishGathered())
    this.gathered.set(key, { kind, conversationId: log, userId, seq })
  }

  /**
   * To the other members' sockets here. One that is behind gets no typing, and receipts when it takes something again.
   */
  receive(hints: ReadonlyArray<Hint>): void {
    const cursors = new Map<string, CursorsFrame>()
    for (const hint of hints) {
      const { conversationId, userId } = hint
      if (hint.kind === "typing") {
        const frame = encodeFrame({ op: "typing", conversationId, userId })
        this.toOthers(hint, presenceLimits.typingOnlineMax, (session) => {
          if (!session.lagging) session.push(frame)
        })
      } else {
        if (!this.isFurther(hint.kind, conversationId, userId, hint.seq)) continue
        const key = `${conversationId}/${userId}`
        cursors.set(key, { op: "cursors", conversationId, userId, ...cursors.get(key), [hint.kind]: hint.seq })
      }
    }
    for (const frame of cursors.values()) {
      const encoded = encodeFrame(frame)
      this.toOthers(frame, directMembers, (session) => session.tellCursors(frame, encoded))
    }
    this.fanout.flush()
  }

  /** It counts as told. */
  private isFurther(kind: string, conversationId: ConversationId, userId: UserId, seq: number): boolean {
    if (!this.fanout.places.has(conversationId)) return false
    const key = `${kind}/${conversationId}/${userId}`
    if (seq <= (this.told.get(key) ?? 0)) return false
    this.told.delete(key)
    this.told.set(key, seq)
    const oldest = this.told.size > toldMax ? this.told.keys().next() : undefined
    if (oldest?.done === false) this.told.delete(oldest.value)
    return true
  }

  private publishGathered(): void {
    const hints = [...this.gathered.values()]
    this.gathered = new Map()
    this.ways.publish(hints)
  }

  private toOthers(
    of: {
      readonly conversationId: ConversationId
      readonly userId: UserId
      readonly hiddenFrom?: ReadonlyArray<UserId>
    },
    membersMax: number,
    tell: (session: Recipient) => void
  ): void {
    const place = this.fanout.places.get(of.conversationId)
    if (place === undefined || place.members.size > membersMax) return
    for (const [userId, { first }] of place.members) {
      if (userId === of.userId || of.hiddenFrom?.includes(userId) === true) continue
      for (let each = first; each !== undefined; each = each.next) tell(each.session)
    }
  }
}

/**
 * Conversations whose last word is remembered; beyond it the one told longest ago is forgotten, which costs one hint
 * too many.
 */
const rememberedMax = 1_000

/** By conversation; none before the first. */
type Remembered = SmallMap<ConversationId, number>

/**
 * What one user's devices may tell others about writing, receiving and reading: how often, never less than before, and
 * nothing while invisible, nor to whom it blocks.
 */
export class UserHints {
  /** The user's own wish. Undefined: not read yet, and nothing is told. */
  invisible: boolean | undefined
  /** Whom the user blocks, by the direct conversation of the two; absent: nobody. Known when `invisible` is. */
  private blockedIn: SmallMap<ConversationId, UserId> | undefined
  private typed: Remembered | undefined
  private read: Remembered | undefined
  private delivered: Remembered | undefined

  /** Whom the user blocks, in no order. */
  get blocked(): ReadonlyArray<UserId> {
    return [...(this.blockedIn?.values() ?? [])]
  }

  /** All whom the user blocks, in place of those before. */
  setBlocked(self: UserId, all: ReadonlyArray<UserId>): void {
    this.blockedIn = undefined
    for (const userId of all) this.block(self, userId, true)
  }

  block(self: UserId, userId: UserId, on: boolean): void {
    const log = directConversationId(self, userId)
    if (on) this.blockedIn ??= new SmallMap()
    if (on) this.blockedIn?.set(log, userId)
    else this.blockedIn?.delete(log)
  }

  /** Whether others are told of writing there now; it counts as told. */
  mayType(log: ConversationId, nowMs: number): boolean {
    if (this.invisible !== false || this.blockedIn?.has(log) === true) return false
    const last = this.typed?.get(log)
    if (last !== undefined && nowMs - last < presenceLimits.typingEveryMs) return false
    this.typed = remember(this.typed, log, nowMs)
    return true
  }

  /** Whether others are told that the user has it up to `seq`: only when that is further than before. */
  reaches(kind: "read" | "delivered", log: ConversationId, seq: number): boolean {
    if (this.invisible !== false || this.blockedIn?.has(log) === true || seq <= (this[kind]?.get(log) ?? 0))
      return false
    this[kind] = remember(this[kind], log, seq)
    return true
  }
}

const remember = (all: Remembered = new SmallMap(), log: ConversationId, value: number): Remembered => {
  all.delete(log)
  all.set(log, value)
  const oldest = all.size > rememberedMax ? all.keys().next() : undefined
  if (oldest?.done === false) all.delete(oldest.value)
  return all
}
