/** A gateway's hints: from its own users to all gateways, and from all gateways to its sockets. */
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import { presenceLimits } from "../../domain/Limits.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import { directConversationId } from "../../domain/Uuid.ts"
import type { Hint } from "../../ports/Hints.ts"
import { type CursorsFrame, encodeFrame } from "../../protocol/ServerFrame.ts"
import type { Fanout } from "../fanout/Fanout.ts"
import type { Place, Recipient } from "../fanout/Recipient.ts"

/** How long receipts are gathered (ms). */
const receiptsEveryMs = 250
/** The most gathered receipts; further ones are dropped, and clients read them when they open the conversation. */
const gatheredMax = 10_000
/** The most receipts remembered as sent. Beyond it the oldest is forgotten; a lower one may then be sent again. */
const toldMax = 10_000

/**
 * The most users from whom a hint is hidden. If a user blocks more, their typing is not published in conversations of
 * more than two.
 */
const hiddenMax = 50

/** Receipts are sent only in conversations of at most two members. */
const directMembers = 2

export interface HintWays {
  readonly publish: (hints: ReadonlyArray<Hint>) => void
  readonly after: (delayMs: number, run: () => void) => void
}

export class GatewayHints {
  private gathered = new Map<string, Hint>()
  /**
   * How far each receipt was sent to the sockets here, from any gateway: each gateway knows only its own devices, and
   * the furthest counts.
   */
  private readonly told = new Map<string, number>()

  constructor(
    private readonly fanout: Fanout,
    private readonly ways: HintWays
  ) {}

  /** A member is typing. Not published if there are too many members to tell the writers apart. */
  typing(hints: UserHints, userId: UserId, { kind: of, log, members }: Place, nowMs: number): void {
    if (members.size > presenceLimits.typingOnlineMax || !hints.mayType(log, nowMs)) return
    const hiddenFrom = of === "direct" ? [] : hints.blocked
    if (hiddenFrom.length > hiddenMax) return
    this.ways.publish([
      { kind: "typing", conversationId: log, userId, ...(hiddenFrom.length === 0 ? {} : { hiddenFrom }) }
    ])
  }

  /** A member has read everything up to `seq`, or one of its devices has received it. Only in direct conversations. */
  reached(hints: UserHints, kind: "read" | "delivered", userId: UserId, { kind: of, log }: Place, seq: number): void {
    if (of !== "direct" || !hints.reaches(kind, log, seq)) return
    const key = `${kind}/${log}/${userId}`
    if (this.gathered.size >= gatheredMax && !this.gathered.has(key)) return
    if (this.gathered.size === 0) this.ways.after(receiptsEveryMs, () => this.publishGathered())
    this.gathered.set(key, { kind, conversationId: log, userId, seq })
  }

  /**
   * Sends hints to the other members' sockets here. A socket that is behind gets no typing, and gets receipts when it
   * accepts frames again.
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

  /** Returns whether the receipt is further than the last one sent, and counts it as sent. */
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

/** Conversations whose last hint is remembered; beyond it the oldest is forgotten, which costs one hint too many. */
const rememberedMax = 1_000

/** By conversation; undefined before the first. */
type Remembered = SmallMap<ConversationId, number>

/**
 * Limits one user's hints about typing, receiving and reading: their rate, no lower receipt than before, and none while
 * invisible, nor to users whom they block.
 */
export class UserHints {
  /** The user's own wish. Undefined: not read yet, so no hints are sent. */
  invisible: boolean | undefined
  /**
   * The users whom the user blocks, by the direct conversation of the two; undefined: none. Known when `invisible` is.
   */
  private blockedIn: SmallMap<ConversationId, UserId> | undefined
  private typed: Remembered | undefined
  private read: Remembered | undefined
  private delivered: Remembered | undefined

  /** The users whom the user blocks, in no order. */
  get blocked(): ReadonlyArray<UserId> {
    return [...(this.blockedIn?.values() ?? [])]
  }

  /** Replaces the set of blocked users. */
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

  /** Returns whether typing there may be sent now, and counts it as sent. */
  mayType(log: ConversationId, nowMs: number): boolean {
    if (this.invisible !== false || this.blockedIn?.has(log) === true) return false
    const last = this.typed?.get(log)
    if (last !== undefined && nowMs - last < presenceLimits.typingEveryMs) return false
    this.typed = remember(this.typed, log, nowMs)
    return true
  }

  /** Returns whether the receipt up to `seq` may be sent: only if it is further than before. */
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
