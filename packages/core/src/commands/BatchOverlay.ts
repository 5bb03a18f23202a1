/** Holds everything that one batch reads and writes: its logs, and facts that belong to no single log. */
import { type CommandId, type ConversationId, type Epoch, personalLog, type UserId } from "../domain/Ids.ts"
import { LogOverlay } from "./LogOverlay.ts"

export class BatchOverlay {
  readonly epoch: Epoch
  /** The store's time in ms, read under the locks. */
  readonly now: number
  /** An id that no command has. */
  readonly freshId: () => CommandId
  readonly #logs = new Map<ConversationId, LogOverlay>()
  readonly #elsewhere = new Set<ConversationId>()
  readonly #blocks = new Map<string, boolean>()

  constructor({
    epoch,
    freshId,
    now
  }: { readonly epoch: Epoch; readonly now: number; readonly freshId: () => CommandId }) {
    this.epoch = epoch
    this.now = now
    this.freshId = freshId
  }

  /** Registers a log that the batch reads. It does not exist until its row is loaded. */
  addLog(id: ConversationId): LogOverlay {
    const log = new LogOverlay(id)
    this.#logs.set(id, log)
    return log
  }
  /** Marks a log that another transaction has locked. */
  loadElsewhere(id: ConversationId): void {
    this.#elsewhere.add(id)
  }
  loadBlock(userId: UserId, blocked: UserId, on: boolean): void {
    this.#blocks.set(blockKey(userId, blocked), on)
  }

  get logs(): Iterable<LogOverlay> {
    return this.#logs.values()
  }
  log(id: ConversationId): LogOverlay {
    const log = this.#logs.get(id)
    if (log === undefined) throw new Error(`a decision read the log ${id}, which was not loaded`)
    return log
  }
  /**
   * Whether this log's remaining commands must wait: the log is locked elsewhere, or an earlier command was deferred.
   */
  isDeferred(id: ConversationId): boolean {
    return this.#elsewhere.has(id)
  }
  defer(id: ConversationId): void {
    this.#elsewhere.add(id)
  }
  isUser(userId: UserId): boolean {
    return this.log(personalLog(userId)).kind === "personal"
  }
  blocks(userId: UserId, blocked: UserId): boolean {
    const found = this.#blocks.get(blockKey(userId, blocked))
    if (found === undefined) throw new Error("a decision read a block that its command does not name")
    return found
  }
  /** Whether at least one of these users does not exist, or blocks `asker`. The asker can't tell the two apart. */
  isAwayFor(asker: UserId, users: Iterable<UserId>): boolean {
    for (const userId of users) if (!this.isUser(userId) || this.blocks(userId, asker)) return true
    return false
  }
}

const blockKey = (userId: UserId, blocked: UserId): string => `${userId} ${blocked}`
