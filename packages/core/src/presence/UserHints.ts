/** What one user's devices may tell others about writing, receiving and reading: how often, never less than before, and nothing while invisible. */
import type { ConversationId } from "../domain/Ids.ts"
import { presenceLimits } from "../domain/PresenceLimits.ts"

/** Conversations whose last word is remembered; beyond it the one told longest ago is forgotten, which costs one hint too many. */
const rememberedMax = 1_000

export class UserHints {
  /** The user's own wish. Undefined: not read yet, and nothing is told. */
  invisible: boolean | undefined
  private readonly typed = new Map<ConversationId, number>()
  private readonly read = new Map<ConversationId, number>()
  private readonly delivered = new Map<ConversationId, number>()

  /** Whether others are told of writing there now; it counts as told. */
  mayType(log: ConversationId, nowMs: number): boolean {
    if (this.invisible !== false) return false
    const last = this.typed.get(log)
    if (last !== undefined && nowMs - last < presenceLimits.typingEveryMs) return false
    remember(this.typed, log, nowMs)
    return true
  }

  /** Whether others are told that the user has it up to `seq`: only when that is further than before. */
  reaches(kind: "read" | "delivered", log: ConversationId, seq: number): boolean {
    if (this.invisible !== false || seq <= (this[kind].get(log) ?? 0)) return false
    remember(this[kind], log, seq)
    return true
  }
}

const remember = (all: Map<ConversationId, number>, log: ConversationId, value: number): void => {
  all.delete(log)
  all.set(log, value)
  if (all.size <= rememberedMax) return
  for (const oldest of all.keys()) {
    all.delete(oldest)
    return
  }
}
