/**
 * What one user's devices may tell others about writing, receiving and reading: how often, never less than before, and
 * nothing while invisible, nor to whom it blocks.
 */
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import { presenceLimits } from "../../domain/PresenceLimits.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import { directConversationId } from "../../domain/Uuid.ts"

/**
 * Conversations whose last word is remembered; beyond it the one told longest ago is forgotten, which costs one hint
 * too many.
 */
const rememberedMax = 1_000

/** By conversation; none before the first. */
type Remembered = SmallMap<ConversationId, number>

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
