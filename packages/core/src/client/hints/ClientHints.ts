/**
 * Data that is only a hint: presence, typing, others' read marks, and this device's own reports about its person.
 * Plain; time comes in with each call. Nothing durable depends on it: the next hint replaces a lost one, or it expires.
 * Bounds: presenceLimits.watchedMax watched users; `conversationsMost` conversations with hints, with `typistsMost`
 * typists each; the oldest are dropped.
 */
import type { ConversationId, UserId } from "../../domain/Ids.ts"
import { presenceLimits } from "../../domain/Limits.ts"
import type { UserPresence } from "../../domain/Presence.ts"
import type { ClientFrame } from "../../protocol/ClientFrame.ts"
import type { Receipt } from "../../protocol/rpc/PresenceRpcs.ts"
import type { ServerFrame } from "../../protocol/ServerFrame.ts"
import { earliest } from "../connection/ClientTime.ts"

const conversationsMost = 1_000
const typistsMost = 20
/** The minimum time between two watch frames, so that scrolling through a list does not flood the server. */
const watchApartMs = 500
/** Without a socket, presence becomes unknown after this time. */
const presenceTtlMs = 10_000

/**
 * Others' progress in a direct conversation: the place up to which they have read it, and up to which one of their
 * devices holds it. By user; the true values are at least these.
 */
export interface Marks {
  readonly read: ReadonlyMap<UserId, number>
  readonly delivered: ReadonlyMap<UserId, number>
}

export type HintFrame = Extract<ServerFrame, { readonly op: "presence" | "typing" | "cursors" }>

interface Told {
  readonly userId: UserId
  readonly read?: number | undefined
  readonly delivered?: number | undefined
}

const nobody: ReadonlyArray<UserId> = []

interface Viewer {
  readonly userId: UserId
  readonly blocked: ReadonlySet<UserId>
}

export class ClientHints {
  #watched: ReadonlySet<UserId> = new Set()
  #watchDueAt: number | undefined
  #watchedAt = Number.NEGATIVE_INFINITY
  /**
   * The users of the last `watch`, until it is answered: one frame covers all of them that the viewer may see. A
   * presence frame that was already in flight is taken for the answer.
   */
  #asked: ReadonlySet<UserId> | undefined
  /** The watched users that an answer covered. */
  #answered: ReadonlySet<UserId> = new Set()
  readonly #presence = new Map<UserId, UserPresence>()
  /** Watched users for whom `watch` was sent again in this connection because they posted. */
  readonly #watchedAgain = new Set<UserId>()
  #isActive = true
  /** The state that the server knows. */
  #toldActive = true
  #isWelcomed = false
  #lostAt: number | undefined
  /** Until when each user counts as typing. */
  readonly #typing = new Map<ConversationId, Map<UserId, number>>()
  readonly #typists = new Map<ConversationId, ReadonlyArray<UserId>>()
  readonly #saidAt = new Map<ConversationId, number>()
  readonly #toSay = new Set<ConversationId>()
  readonly #marks = new Map<ConversationId, Marks>()
  #presenceChanged = false
  #changed = new Set<ConversationId>()

  welcomed(now: number): void {
    this.#isWelcomed = true
    this.#watchedAgain.clear()
    this.#lostAt = undefined
    this.#toldActive = true
    this.#watchDueAt = this.#watched.size === 0 ? undefined : now
  }

  disconnected(now: number): void {
    this.#isWelcomed = false
    this.#lostAt = now
    this.#watchDueAt = undefined
    this.#asked = undefined
    this.#toSay.clear()
  }

  /** Called when everything that others sent belongs to another store or user. */
  clear(): void {
    for (const id of [...this.#typing.keys(), ...this.#marks.keys()]) this.forget(id)
    this.#forgetPresence()
    this.#saidAt.clear()
  }

  watch(userIds: ReadonlyArray<UserId>, now: number): void {
    const wanted = new Set(userIds.slice(0, presenceLimits.watchedMax))
    if (wanted.size === this.#watched.size && [...wanted].every((id) => this.#watched.has(id))) return
    this.#watched = wanted
    for (const id of this.#presence.keys()) if (!wanted.has(id)) this.#presence.delete(id)
    this.#answered = new Set([...this.#answered].filter((id) => wanted.has(id)))
    if (this.#isWelcomed) this.#watchDueAt ??= Math.max(now, this.#watchedAt + watchApartMs)
  }

  presence(userId: UserId): UserPresence | undefined {
    return this.#presence.get(userId)
  }

  isPresenceTold(userId: UserId): boolean {
    return this.#answered.has(userId)
  }

  setActive(active: boolean): void {
    this.#isActive = active
  }

  sayTyping(conversationId: ConversationId, now: number): void {
    if (
      !this.#isWelcomed ||
      now < (this.#saidAt.get(conversationId) ?? Number.NEGATIVE_INFINITY) + presenceLimits.typingEveryMs
    )
      return
    setBounded(this.#saidAt, conversationId, now)
    this.#toSay.add(conversationId)
  }

  typing(conversationId: ConversationId): ReadonlyArray<UserId> {
    const typists = this.#typing.get(conversationId)
    if (typists === undefined) return nobody
    const known = this.#typists.get(conversationId)
    if (known !== undefined) return known
    const shown = [...typists.keys()]
    this.#typists.set(conversationId, shown)
    return shown
  }

  marks(conversationId: ConversationId): Marks | undefined {
    return this.#marks.get(conversationId)
  }

  /** Takes a hint about other users. Ignores the viewer's other devices, and typing by users whom the viewer blocks. */
  frame(frame: HintFrame, { blocked, userId: viewer }: Viewer, now: number): void {
    switch (frame.op) {
      case "presence":
        for (const user of frame.users) if (this.#watched.has(user.userId)) this.#presence.set(user.userId, user)
        if (this.#asked !== undefined) this.#answered = new Set([...this.#asked].filter((id) => this.#watched.has(id)))
        this.#asked = undefined
        this.#presenceChanged = true
        break
      case "typing":
        if (frame.userId !== viewer && !blocked.has(frame.userId))
          this.#startTyping(frame.conversationId, frame.userId, now)
        break
      case "cursors":
        if (frame.userId !== viewer) this.#mark(frame.conversationId, [frame])
        break
    }
  }

  receipts(conversationId: ConversationId, receipts: ReadonlyArray<Receipt>, viewer: UserId): void {
    this.#mark(
      conversationId,
      receipts.filter(({ userId }) => userId !== viewer)
    )
  }

  /**
   * Ends the author's typing. The first message in a direct conversation gives the right to see its author's presence,
   * but the server checks rights again only within a minute. So if the author looks like a user whose presence is not
   * visible, watch again at once. Only once per connection, since invisible users look the same.
   */
  posted(conversationId: ConversationId, by: UserId): void {
    const { since, state } = this.#presence.get(by) ?? {}
    if (this.#isWelcomed && state === "offline" && since === undefined && !this.#watchedAgain.has(by)) {
      this.#watchedAgain.add(by)
      this.#watchDueAt ??= this.#watchedAt + watchApartMs
    }
    if (this.#typing.get(conversationId)?.delete(by) === true) this.#typingChanged(conversationId)
  }

  forget(conversationId: ConversationId): void {
    if (this.#typing.delete(conversationId)) this.#typingChanged(conversationId)
    if (this.#marks.delete(conversationId)) this.#changed.add(conversationId)
  }

  /** Drops expired hints. */
  expire(now: number): void {
    for (const [id, typists] of this.#typing)
      for (const [userId, until] of typists) if (now >= until && typists.delete(userId)) this.#typingChanged(id)
    if (this.#lostAt !== undefined && now >= this.#lostAt + presenceTtlMs) this.#forgetPresence()
  }

  /** The frames to send now on a welcomed socket: at most `most`. */
  take(now: number, most: number): ReadonlyArray<ClientFrame> {
    const frames: Array<ClientFrame> = []
    if (most > frames.length && this.#toldActive !== this.#isActive) {
      this.#toldActive = this.#isActive
      frames.push({ op: "presence", state: this.#isActive ? "active" : "idle" })
    }
    if (most > frames.length && this.#watchDueAt !== undefined && now >= this.#watchDueAt) {
      this.#watchDueAt = undefined
      this.#watchedAt = now
      this.#asked = this.#watched
      frames.push({ op: "watch", userIds: [...this.#watched] })
    }
    // Typing beyond the limit is dropped: it would be late.
    for (const conversationId of this.#toSay) if (frames.length < most) frames.push({ op: "typing", conversationId })
    this.#toSay.clear()
    return frames
  }

  /** The time at which `expire` has something to do. */
  expiresAt(): number | undefined {
    let at: number | undefined
    for (const typists of this.#typing.values()) at = earliest(at, ...typists.values())
    const forgetAt =
      this.#lostAt !== undefined && this.#answered.size + this.#presence.size > 0
        ? this.#lostAt + presenceTtlMs
        : undefined
    return earliest(at, forgetAt)
  }

  /** The time at which `take` has something to send. */
  sendsAt(): number | undefined {
    const isDue = this.#isWelcomed && (this.#toldActive !== this.#isActive || this.#toSay.size > 0)
    return isDue ? 0 : this.#watchDueAt
  }

  takeChanged(): { readonly presence: boolean; readonly hints: ReadonlySet<ConversationId> } {
    const changed = { presence: this.#presenceChanged, hints: this.#changed }
    this.#presenceChanged = false
    this.#changed = new Set()
    return changed
  }

  #forgetPresence(): void {
    this.#presenceChanged ||= this.#answered.size + this.#presence.size > 0
    this.#presence.clear()
    this.#answered = new Set()
  }

  #startTyping(conversationId: ConversationId, userId: UserId, now: number): void {
    const typists = this.#typing.get(conversationId) ?? new Map<UserId, number>()
    const isNew = !typists.has(userId)
    if (isNew && typists.size >= typistsMost) return
    typists.set(userId, now + presenceLimits.typingTtlMs)
    const dropped = setBounded(this.#typing, conversationId, typists)
    if (dropped !== undefined) this.#typingChanged(dropped)
    if (isNew) this.#typingChanged(conversationId)
  }

  #typingChanged(conversationId: ConversationId): void {
    if (this.#typing.get(conversationId)?.size === 0) this.#typing.delete(conversationId)
    this.#typists.delete(conversationId)
    this.#changed.add(conversationId)
  }

  /** Marks only go up. */
  #mark(conversationId: ConversationId, told: ReadonlyArray<Told>): void {
    const before = this.marks(conversationId)
    const [read, delivered] = [new Map(before?.read), new Map(before?.delivered)]
    // A first answer counts as a change, even if nobody has read anything.
    let changed = before === undefined
    const raise = (marks: Map<UserId, number>, userId: UserId, seq: number | undefined) => {
      if (seq === undefined || seq <= (marks.get(userId) ?? 0)) return
      marks.set(userId, seq)
      changed = true
    }
    for (const mark of told) {
      raise(read, mark.userId, mark.read)
      // A user who has read a message also has it.
      raise(delivered, mark.userId, Math.max(mark.delivered ?? 0, mark.read ?? 0))
    }
    if (!changed) return
    setBounded(this.#marks, conversationId, { read, delivered })
    this.#changed.add(conversationId)
  }
}

/** Sets an entry. Above the bound, drops the entry that was set longest ago and returns its id. */
const setBounded = <A>(map: Map<ConversationId, A>, id: ConversationId, value: A): ConversationId | undefined => {
  map.delete(id)
  map.set(id, value)
  const [oldest] = map.size > conversationsMost ? map.keys() : []
  if (oldest !== undefined) map.delete(oldest)
  return oldest
}

/** The list of conversations, and which of them are open. */
interface KnownConversations {
  readonly opened: ReadonlyMap<ConversationId, unknown>
  readonly personal:
    | { conversation(id: ConversationId): { readonly summary: { readonly kind: string } } | undefined }
    | undefined
}

/** Direct conversations whose marks must be read: the client opened them, or returned to them, since the last read. */
export class ReceiptsWanted {
  readonly #logs: KnownConversations
  readonly #wanted = new Set<ConversationId>()

  constructor(logs: KnownConversations) {
    this.#logs = logs
  }

  want(conversationId: ConversationId): void {
    this.#wanted.add(conversationId)
  }

  /** The wanted conversations that the list knows. */
  known(): ReadonlyArray<ConversationId> {
    return [...this.#wanted].filter((id) => this.#logs.personal?.conversation(id) !== undefined)
  }

  /** Returns the conversations whose marks the client must read now. Open ones that the list does not know yet wait. */
  take(mayTake: (conversationId: ConversationId) => boolean): ReadonlyArray<ConversationId> {
    const taken: Array<ConversationId> = []
    for (const id of this.#wanted) {
      const line = this.#logs.personal?.conversation(id)?.summary
      if (this.#logs.opened.has(id) && (line === undefined || (line.kind === "direct" && !mayTake(id)))) continue
      this.#wanted.delete(id)
      if (line?.kind === "direct") taken.push(id)
    }
    return taken
  }
}
