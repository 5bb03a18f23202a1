/**
 * The rules of the outbox: commands of one conversation go out in order, one frame at a time, under the same ids until
 * each is settled.
 * Plain and without a clock: time comes in with each call. What changed is told by `takeChanges`, for the store and for
 * whoever shows it.
 *
 * Order rests on one rule: a command is sent only when every earlier one of its conversation is settled or stands
 * before it in the same frame.
 * Bounds: those of OutboxTable; at them `add` is refused and nothing is taken.
 */
import type { CommandId, ConversationId, Epoch } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import type { CommandFrame, NewPost } from "../../protocol/ClientFrame.ts"
import { utf8Bytes } from "../../protocol/Json.ts"
import type { BadFrameCode } from "../../protocol/ServerFrame.ts"
import { askedDelay } from "../connection/ClientTime.ts"
import { isUnsentPost, mayBeStored, type NewCommand, type OutboxRow, rowNamesSeq } from "./OutboxRow.ts"
import { type OutboxChanges, OutboxTable, type Unkept } from "./OutboxTable.ts"

/** Why something could not be done with a row. */
export type OutboxProblem =
  /** A bound of the outbox was met: try again when something was sent. */
  | "outbox_full"
  /** No such row, or settled already. */
  | "unknown_row"
  /** It may be stored already: only a retry or, for a post, a withdraw is possible. */
  | "handed_over"
  /** Not possible in the row's state or for its kind. */
  | "not_possible"

/** `now` is in milliseconds everywhere; it need not be the wall clock. */
export class Outbox {
  readonly #table = new OutboxTable()
  /** Of conversations that have rows. */
  readonly #lanes = new Map<ConversationId, OutboxLane>()
  /** Handed over on this socket for the first time, and no answer was lost since: one is still to be expected. */
  readonly #awaited = new Set<CommandId>()

  /** Takes the rows that a store kept. Rows added before it was done go behind them. */
  restore(kept: ReadonlyArray<OutboxRow>): void {
    this.#table.restore(kept)
  }

  /**
   * Takes over rows of another outbox of this user, in their order, behind its own. `epoch`: of the store that is
   * connected. Answers those that found room.
   */
  adopt(rows: ReadonlyArray<OutboxRow>, epoch: Epoch | null): ReadonlyArray<OutboxRow> {
    const taken: Array<OutboxRow> = []
    for (const row of [...rows].sort((a, b) => a.order - b.order))
      if (!this.has(row.id) && this.#table.hasRoom(row.conversationId)) taken.push(this.#table.insert(row))
    if (epoch !== null) this.enterEpoch(epoch)
    return taken
  }

  /**
   * The row as it was taken, or why it was not. The id must be fresh. `epoch`: of the store that is connected; what
   * names a number of another has failed.
   */
  add(command: NewCommand, epoch: Epoch | null = null): OutboxRow | OutboxProblem {
    if (!this.#table.hasRoom(command.conversationId)) return "outbox_full"
    if (this.has(command.id)) return "not_possible"
    const row = { ...command, handedOver: false } as const
    return this.#table.insert(
      namesAnotherEpoch(row, epoch) ? { ...row, state: "failed", code: "epoch_changed" } : { ...row, state: "queued" }
    )
  }

  /** Changes the text of a post that was never handed over. */
  rewrite(id: CommandId, text: string): OutboxProblem | undefined {
    const row = this.row(id)
    if (row === undefined) return "unknown_row"
    if (row.state !== "queued") return "handed_over"
    if (row.body.kind !== "post") return "not_possible"
    this.#table.replace({ ...row, body: { ...row.body, text } })
    return undefined
  }

  /** Takes back a post: at once if it was never handed over, else by asking the server, which answers `withdrawn`. */
  withdraw(id: CommandId): OutboxProblem | undefined {
    const row = this.row(id)
    if (row === undefined) return "unknown_row"
    if (row.state === "withdrawn") return undefined
    if (!row.handedOver) this.#drop(row)
    else if (row.body.kind === "post") this.#table.replace(withoutCode({ ...row, state: "withdrawn" }))
    else if (row.state === "failed") this.#drop(row)
    else return "handed_over"
    return undefined
  }

  /**
   * Sends a failed row again: under `freshId` at the end, or under its own id when that may be stored. Not one that is
   * stored as something else.
   */
  retry(id: CommandId, freshId: CommandId, now: number, epoch: Epoch | null): OutboxRow | OutboxProblem {
    const row = this.row(id)
    if (row === undefined) return "unknown_row"
    if (row.state !== "failed" || row.code === "conflict") return "not_possible"
    if (row.code === "epoch_changed" || namesAnotherEpoch(row, epoch)) {
      if (row.body.kind !== "post") return "not_possible"
      // Its text goes again without the old target. Under the same id, so that a copy that outlived the restore stays
      // the only one.
      const body = { kind: "post", text: row.body.text } as const
      this.#drop(row)
      if (!row.handedOver) return this.add({ id: freshId, conversationId: row.conversationId, epoch, at: now, body })
      return this.#table.insert(withoutCode({ ...row, epoch, state: "sent", body }))
    }
    this.#drop(row)
    // Where no store was met yet, the number that it names is still one of the store in which it was written.
    return this.add({
      id: freshId,
      conversationId: row.conversationId,
      epoch: epoch ?? row.epoch,
      at: now,
      body: row.body
    })
  }

  row(id: CommandId): OutboxRow | undefined {
    return this.#table.row(id)
  }

  has(id: CommandId): boolean {
    return this.#table.row(id) !== undefined
  }

  /** In the order in which they are sent, failed ones included. */
  rows(conversationId: ConversationId): ReadonlyArray<OutboxRow> {
    return this.#table.rows(conversationId)
  }

  /** The failed ones, of each conversation that has some. The same map until they change. */
  get failed(): ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>> {
    return this.#table.failed
  }

  get size(): number {
    return this.#table.size
  }

  /** Counts them anew each time. */
  get unsentPosts(): number {
    let posts = 0
    for (const conversationId of this.#table.conversations())
      posts += this.rows(conversationId).filter(isUnsentPost).length
    return posts
  }

  /** Whether something that was sent is in the dark: its answer was lost, or its socket. */
  isUnanswered(conversationId: ConversationId): boolean {
    return this.rows(conversationId).some((row) => row.state === "sent" && !this.#awaited.has(row.id))
  }

  /**
   * Frames to send now on a welcomed socket, at most one per conversation and `most` in all. Their rows count as handed
   * over from here on: they must be kept by the store before the frames go out.
   */
  takeFrames(now: number, most = Number.POSITIVE_INFINITY): ReadonlyArray<CommandFrame> {
    const frames: Array<CommandFrame> = []
    for (const conversationId of this.#table.conversations()) {
      if (frames.length >= most) break
      const lane = this.#lane(conversationId)
      if (lane.flight !== undefined || now < lane.notBefore) continue
      const next = frameOf(this.rows(conversationId))
      if (next === undefined) continue
      for (const row of next.rows) if (!row.handedOver) this.#handOver(row)
      lane.flight = {
        op: next.frame.op,
        open: new Set(next.rows.map((row) => row.id)),
        until: now + outboxTimes.answerMs
      }
      frames.push(next.frame)
    }
    return frames
  }

  /** When `expire` or `takeFrames` has something to do at the latest; undefined: only after a call. */
  nextAt(): number | undefined {
    let at: number | undefined
    for (const conversationId of this.#table.conversations()) {
      const lane = this.#lanes.get(conversationId)
      if (lane?.flight === undefined && this.rows(conversationId).every((row) => row.state === "failed")) continue
      const due = lane?.flight?.until ?? lane?.notBefore ?? 0
      if (at === undefined || due < at) at = due
    }
    return at
  }

  /** Gives up waiting for answers that are overdue: the same ids go again after a delay. */
  expire(now: number): void {
    for (const [conversationId, lane] of this.#lanes) {
      if (lane.flight === undefined || now < lane.flight.until) continue
      lane.flight = undefined
      lane.notBefore = now + this.#lose(conversationId, lane)
    }
  }

  /**
   * The socket is gone, and with it every answer still to come: all that is unsettled goes again, in order, on the next
   * one.
   */
  disconnected(): void {
    for (const [conversationId, lane] of this.#lanes) {
      lane.flight = undefined
      lane.notBefore = lane.askedUntil = 0
      this.#table.showAnew(conversationId)
    }
    this.#awaited.clear()
  }

  /**
   * Somebody does not want to wait: what only waits by itself goes now, once. What the server asked to wait for is
   * waited for.
   */
  hasten(): void {
    for (const lane of this.#lanes.values()) lane.notBefore = Math.min(lane.notBefore, lane.askedUntil)
  }

  /** A welcome told the store's epoch. What names a number of another epoch fails; everything else goes again. */
  enterEpoch(epoch: Epoch): void {
    for (const conversationId of this.#table.conversations()) {
      for (const row of [...this.rows(conversationId)]) {
        if (row.epoch === epoch || row.state === "failed") continue
        if (row.epoch === null || row.state === "withdrawn" || !rowNamesSeq(row.body))
          this.#table.replace({ ...row, epoch })
        else this.#table.replace({ ...row, state: "failed", code: "epoch_changed" })
      }
    }
  }

  /** Stored: told by `accepted`, by the own event in the stream, or by a page that shows it. */
  accepted(conversationId: ConversationId, id: CommandId): OutboxRow | undefined {
    const row = this.#of(conversationId, id)
    if (row === undefined) return undefined
    // A withdraw is settled by its own answer only: this one is the post's, from before.
    if (row.state === "withdrawn") this.#answered(conversationId, id, "post")
    else this.#drop(row)
    return row
  }

  /** Final. */
  refused(conversationId: ConversationId, id: CommandId, code: string): void {
    const row = this.#of(conversationId, id)
    if (row === undefined || row.state === "failed") return
    if (row.state === "withdrawn" || code === "no_change" || code === "withdrawn") return this.#drop(row)
    this.#table.replace({ ...row, state: "failed", code, handedOver: mayBeStored(code) })
    this.#answered(conversationId, id)
    // A frame with a row that can't be read was not taken at all: the others go again at once.
    const lane = this.#lanes.get(conversationId)
    if (lane !== undefined && couldNotBeRead(code)) lane.flight = undefined
  }

  /**
   * The frame was not taken, or (`unknown`) is not heard of: its ids go again after the delay, which grows while
   * nothing is known.
   */
  busy(conversationId: ConversationId, code: string, retryAfterMs: number, now: number): void {
    const lane = this.#lanes.get(conversationId)
    if (lane === undefined) return
    lane.flight = undefined
    lane.askedUntil = now + askedDelay(retryAfterMs)
    lane.notBefore =
      code === "unknown" ? Math.max(lane.askedUntil, now + this.#lose(conversationId, lane)) : lane.askedUntil
  }

  /** Why the store does not hold the row as it is shown; undefined when it does. */
  unkept(id: CommandId): Unkept | undefined {
    return this.#table.unkept(id)
  }

  /** The store has taken these changes or refused them. Returns the conversations in which that shows. */
  wasWritten(changes: OutboxChanges, isKept: boolean): ReadonlySet<ConversationId> {
    return this.#table.wasWritten(changes, isKept)
  }

  /** What changed since the last call, each row once and as it is now. */
  takeChanges(): OutboxChanges {
    return this.#table.takeChanges()
  }

  /** What changed there is shown: `takeChanges` tells of it again when more does. */
  isShown(conversationId: ConversationId): void {
    this.#table.isShown(conversationId)
  }

  /** Whether rows changed since the last `takeChanges`. */
  get isChanged(): boolean {
    return this.#table.isChanged
  }

  /** The store may have these or not. */
  putBack(changes: OutboxChanges): void {
    this.#table.putBack(changes)
  }

  /** The row when it is this conversation's: the same id in another one is none of ours. */
  #of(conversationId: ConversationId, id: CommandId): OutboxRow | undefined {
    const row = this.#table.row(id)
    return row?.conversationId === conversationId ? row : undefined
  }

  #handOver(row: OutboxRow): void {
    this.#awaited.add(row.id)
    this.#table.replace({ ...row, state: "sent", handedOver: true })
  }

  #drop(row: OutboxRow): void {
    this.#answered(row.conversationId, row.id)
    this.#awaited.delete(row.id)
    this.#table.remove(row)
    if (this.rows(row.conversationId).length === 0) this.#lanes.delete(row.conversationId)
  }

  #lane(conversationId: ConversationId): OutboxLane {
    const known = this.#lanes.get(conversationId)
    const lane = known ?? freshLane()
    if (known === undefined) this.#lanes.set(conversationId, lane)
    return lane
  }

  /** One more answer is lost: how long to wait for it (ms). */
  #lose(conversationId: ConversationId, lane: OutboxLane): number {
    for (const { id } of this.rows(conversationId)) this.#awaited.delete(id)
    this.#table.showAnew(conversationId)
    return loseAnswer(lane)
  }

  /**
   * Something came for a row: with the last of its frame the next one may go. `op`: only if that is what is under way.
   */
  #answered(conversationId: ConversationId, id: CommandId, op?: CommandFrame["op"]): void {
    const lane = this.#lanes.get(conversationId)
    if (lane?.flight === undefined || (op !== undefined && lane.flight.op !== op)) return
    if (!lane.flight.open.delete(id)) return
    lane.lost = 0
    if (lane.flight.open.size === 0) lane.flight = undefined
  }
}

/** The number that it names is another message's in this epoch. */
const namesAnotherEpoch = (row: NewCommand, epoch: Epoch | null): boolean =>
  row.epoch !== null && epoch !== null && row.epoch !== epoch && rowNamesSeq(row.body)

const withoutCode = ({ code: _, ...row }: OutboxRow): OutboxRow => row

const outboxTimes = {
  /** An answer that took longer counts as lost. */ answerMs: 10_000,
  /** The wait after a lost answer, doubling while none comes. */ firstRetryMs: 1_000,
  longestRetryMs: 30_000
} as const

/** How the rows of one conversation are being sent: what is under way, and when the next frame may go. */
interface OutboxLane {
  flight: { readonly op: CommandFrame["op"]; readonly open: Set<CommandId>; readonly until: number } | undefined
  notBefore: number
  /** Until when the server asked to wait: the rest of `notBefore` is this client's own patience. */
  askedUntil: number
  /** Answers lost in a row. */
  lost: number
}

const freshLane = (): OutboxLane => ({ flight: undefined, notBefore: 0, askedUntil: 0, lost: 0 })

/** One more answer is lost: how long to wait before the next try (ms). */
const loseAnswer = (lane: OutboxLane): number =>
  Math.min(outboxTimes.longestRetryMs, outboxTimes.firstRetryMs * 2 ** Math.min(lane.lost++, 10))

/**
 * Rows in order; failed ones are passed over. Undefined: nothing is to be sent. A single post of any allowed text fits
 * a frame.
 */
const frameOf = (
  rows: ReadonlyArray<OutboxRow>
): { readonly frame: CommandFrame; readonly rows: ReadonlyArray<OutboxRow> } | undefined => {
  const first = rows.find((row) => row.state !== "failed")
  if (first === undefined) return undefined
  if (first.state !== "withdrawn" && first.body.kind === "post") return postsOf(first, rows)
  return { frame: commandFrame(first), rows: [first] }
}

/** Whether a refusal says that the frame could not be read, whatever its other rows were. */
const couldNotBeRead = (code: string): boolean => badFrameCodes.has(code)

const badFrameCodes: ReadonlySet<string> = new Set<BadFrameCode>([
  "not_json",
  "too_deep",
  "too_large",
  "unknown_op",
  "unknown_field",
  "missing_field",
  "bad_type",
  "bad_id",
  "bad_number",
  "nul",
  "surrogate",
  "too_long",
  "blank",
  "too_many_marks",
  "not_emoji",
  "empty"
])

/** Everything of a post frame that is not a post. */
const envelopeBytes = 100

const postsOf = (
  first: OutboxRow,
  rows: ReadonlyArray<OutboxRow>
): { readonly frame: CommandFrame; readonly rows: ReadonlyArray<OutboxRow> } => {
  const taken: Array<OutboxRow> = []
  const posts: Array<NewPost> = []
  let bytes = envelopeBytes
  for (const row of rows) {
    if (row.state === "failed") continue
    if (row.body.kind !== "post" || row.state === "withdrawn" || posts.length === Limits.postsPerFrame) break
    const post: NewPost =
      row.body.replyTo === undefined
        ? { id: row.id, text: row.body.text }
        : { id: row.id, text: row.body.text, replyTo: row.body.replyTo }
    bytes += utf8Bytes(JSON.stringify(post)) + 1
    if (bytes > Limits.frameBytes && posts.length > 0) break
    taken.push(row)
    posts.push(post)
  }
  return { frame: { op: "post", conversationId: first.conversationId, posts }, rows: taken }
}

const commandFrame = ({ id, conversationId, state, body }: OutboxRow): CommandFrame => {
  if (state === "withdrawn" || body.kind === "post") return { op: "withdraw", id, conversationId }
  switch (body.kind) {
    case "edit":
      return { op: "edit", id, conversationId, target: body.target, text: body.text }
    case "delete":
      return { op: "delete", id, conversationId, target: body.target }
    case "react":
      return { op: "react", id, conversationId, target: body.target, emoji: body.emoji, on: body.on }
  }
}
