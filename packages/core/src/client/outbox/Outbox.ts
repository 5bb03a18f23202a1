/**
 * The rules of the outbox: commands of one conversation go out in order, one frame at a time, under the same ids until
 * each is settled.
 * Plain and without a clock: time comes in with each call. `takeChanges` returns the changes, for the store and for
 * the view.
 *
 * Order rests on one rule: a command is sent only when every earlier one of its conversation is settled or stands
 * before it in the same frame.
 * Bounds: those of OutboxTable; when one is reached, `add` is refused and nothing is taken.
 */
import type { CommandId, ConversationId, Epoch } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import type { CommandFrame, NewPost } from "../../protocol/ClientFrame.ts"
import { utf8Bytes } from "../../protocol/Json.ts"
import type { BadFrameCode } from "../../protocol/ServerFrame.ts"
import { askedDelay } from "../connection/ClientTime.ts"
import { isUnsentPost, mayBeStored, type NewCommand, type OutboxRow, rowNamesSeq } from "./OutboxRow.ts"
import { type OutboxChanges, OutboxTable, type Unkept } from "./OutboxTable.ts"

/** Why an operation on a row was not possible. */
export type OutboxProblem =
  /** The outbox has reached a bound: try again after something was sent. */
  | "outbox_full"
  /** No such row, or already settled. */
  | "unknown_row"
  /** It may be stored already: only a retry or, for a post, a withdraw is possible. */
  | "handed_over"
  /** Not possible in the row's state or for its kind. */
  | "not_possible"

/** `now` is in milliseconds everywhere; it need not be the wall clock. */
export class Outbox {
  readonly #table = new OutboxTable()
  /** For conversations that have rows. */
  readonly #lanes = new Map<ConversationId, OutboxLane>()
  /** Rows handed over on this socket for the first time, with no lost answer since: an answer can still be expected. */
  readonly #awaited = new Set<CommandId>()

  /** Takes the stored rows. Rows added before that go behind them. */
  restore(kept: ReadonlyArray<OutboxRow>): void {
    this.#table.restore(kept)
  }

  /**
   * Takes over rows of another outbox of this user, in their order, behind its own. `epoch`: of the connected store.
   * Returns those that found room.
   */
  adopt(rows: ReadonlyArray<OutboxRow>, epoch: Epoch | null): ReadonlyArray<OutboxRow> {
    const taken: Array<OutboxRow> = []
    for (const row of [...rows].sort((a, b) => a.order - b.order))
      if (!this.has(row.id) && this.#table.hasRoom(row.conversationId)) taken.push(this.#table.insert(row))
    if (epoch !== null) this.enterEpoch(epoch)
    return taken
  }

  /**
   * Returns the row as it was taken, or why it was not. The id must be fresh. `epoch`: of the connected store; a
   * command that names a number of another epoch fails.
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

  /** Withdraws a post: at once if it was never handed over, else by asking the server, which answers `withdrawn`. */
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
   * Sends a failed row again: under `freshId` at the end, or under its own id when that may be stored. Not possible for
   * a row whose id is stored as something else.
   */
  retry(id: CommandId, freshId: CommandId, now: number, epoch: Epoch | null): OutboxRow | OutboxProblem {
    const row = this.row(id)
    if (row === undefined) return "unknown_row"
    if (row.state !== "failed" || row.code === "conflict") return "not_possible"
    if (row.code === "epoch_changed" || namesAnotherEpoch(row, epoch)) {
      if (row.body.kind !== "post") return "not_possible"
      // Resend the text without the old target. Use the same id, so that a copy that outlived the restore stays the
      // only one.
      const body = { kind: "post", text: row.body.text } as const
      this.#drop(row)
      if (!row.handedOver) return this.add({ id: freshId, conversationId: row.conversationId, epoch, at: now, body })
      return this.#table.insert(withoutCode({ ...row, epoch, state: "sent", body }))
    }
    this.#drop(row)
    // If no store is known yet, the number in the body still belongs to the store in which the row was written.
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

  /** In the order in which they are sent, including failed ones. */
  rows(conversationId: ConversationId): ReadonlyArray<OutboxRow> {
    return this.#table.rows(conversationId)
  }

  /** The failed rows, for each conversation that has some. The same map until they change. */
  get failed(): ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>> {
    return this.#table.failed
  }

  get size(): number {
    return this.#table.size
  }

  /** Counted anew on each call. */
  get unsentPosts(): number {
    let posts = 0
    for (const conversationId of this.#table.conversations())
      posts += this.rows(conversationId).filter(isUnsentPost).length
    return posts
  }

  /** Whether the state of a sent row is unknown: its answer was lost, or its socket. */
  isUnanswered(conversationId: ConversationId): boolean {
    return this.rows(conversationId).some((row) => row.state === "sent" && !this.#awaited.has(row.id))
  }

  /**
   * Frames to send now on a welcomed socket, at most one per conversation and `most` in all. Their rows count as handed
   * over from here on: the store must write them before the frames go out.
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

  /** The time at which `expire` or `takeFrames` has something to do at the latest; undefined: only after a call. */
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

  /** Gives up on overdue answers: resends the same ids after a delay. */
  expire(now: number): void {
    for (const [conversationId, lane] of this.#lanes) {
      if (lane.flight === undefined || now < lane.flight.until) continue
      lane.flight = undefined
      lane.notBefore = now + this.#lose(conversationId, lane)
    }
  }

  /** The socket is gone, and with it every pending answer: all unsettled rows are resent, in order, on the next one. */
  disconnected(): void {
    for (const [conversationId, lane] of this.#lanes) {
      lane.flight = undefined
      lane.notBefore = lane.askedUntil = 0
      this.#table.showAnew(conversationId)
    }
    this.#awaited.clear()
  }

  /**
   * Called when a person does not want to wait: ends the client's own delays, once. A delay that the server asked for
   * still applies.
   */
  hasten(): void {
    for (const lane of this.#lanes.values()) lane.notBefore = Math.min(lane.notBefore, lane.askedUntil)
  }

  /**
   * Called when a welcome brings the store's epoch. Rows that name a number of another epoch fail; all others are
   * resent.
   */
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

  /** The command is stored: reported by `accepted`, by the own event in the stream, or by a page that shows it. */
  accepted(conversationId: ConversationId, id: CommandId): OutboxRow | undefined {
    const row = this.#of(conversationId, id)
    if (row === undefined) return undefined
    // Only its own answer settles a withdraw: this one is the post's, from before.
    if (row.state === "withdrawn") this.#answered(conversationId, id, "post")
    else this.#drop(row)
    return row
  }

  /** The refusal is final. */
  refused(conversationId: ConversationId, id: CommandId, code: string): void {
    const row = this.#of(conversationId, id)
    if (row === undefined || row.state === "failed") return
    if (row.state === "withdrawn" || code === "no_change" || code === "withdrawn") return this.#drop(row)
    this.#table.replace({ ...row, state: "failed", code, handedOver: mayBeStored(code) })
    this.#answered(conversationId, id)
    // A frame with a row that can't be read was not taken at all: resend the others at once.
    const lane = this.#lanes.get(conversationId)
    if (lane !== undefined && couldNotBeRead(code)) lane.flight = undefined
  }

  /**
   * The server did not take the frame, or (`unknown`) does not know its outcome. Its ids are resent after the delay,
   * which grows while the outcome stays unknown.
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

  /** The store has written these changes or refused them. Returns the conversations whose view this changes. */
  wasWritten(changes: OutboxChanges, isKept: boolean): ReadonlySet<ConversationId> {
    return this.#table.wasWritten(changes, isKept)
  }

  /** The changes since the last call, each row once in its current state. */
  takeChanges(): OutboxChanges {
    return this.#table.takeChanges()
  }

  /** The conversation's changes are shown: `takeChanges` names it again after the next change. */
  isShown(conversationId: ConversationId): void {
    this.#table.isShown(conversationId)
  }

  /** Whether rows changed since the last `takeChanges`. */
  get isChanged(): boolean {
    return this.#table.isChanged
  }

  /** The store may hold these changes or not. */
  putBack(changes: OutboxChanges): void {
    this.#table.putBack(changes)
  }

  /** The row if it belongs to this conversation: the same id in another one is not ours. */
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

  /** Counts one more lost answer. Returns how long to wait for it (ms). */
  #lose(conversationId: ConversationId, lane: OutboxLane): number {
    for (const { id } of this.rows(conversationId)) this.#awaited.delete(id)
    this.#table.showAnew(conversationId)
    return loseAnswer(lane)
  }

  /**
   * An answer came for a row: after the last row of its frame, the next frame may go. `op`: only if such a frame is in
   * flight.
   */
  #answered(conversationId: ConversationId, id: CommandId, op?: CommandFrame["op"]): void {
    const lane = this.#lanes.get(conversationId)
    if (lane?.flight === undefined || (op !== undefined && lane.flight.op !== op)) return
    if (!lane.flight.open.delete(id)) return
    lane.lost = 0
    if (lane.flight.open.size === 0) lane.flight = undefined
  }
}

/** The number that it names belongs to another message in this epoch. */
const namesAnotherEpoch = (row: NewCommand, epoch: Epoch | null): boolean =>
  row.epoch !== null && epoch !== null && row.epoch !== epoch && rowNamesSeq(row.body)

const withoutCode = ({ code: _, ...row }: OutboxRow): OutboxRow => row

const outboxTimes = {
  /** After this time an answer counts as lost. */ answerMs: 10_000,
  /** The delay after a lost answer, doubling until one comes. */ firstRetryMs: 1_000,
  longestRetryMs: 30_000
} as const

/** The sending state of one conversation's rows: the frame in flight, and when the next one may go. */
interface OutboxLane {
  flight: { readonly op: CommandFrame["op"]; readonly open: Set<CommandId>; readonly until: number } | undefined
  notBefore: number
  /** Until when the server asked to wait: the rest of `notBefore` is this client's own delay. */
  askedUntil: number
  /** Lost answers in a row. */
  lost: number
}

const freshLane = (): OutboxLane => ({ flight: undefined, notBefore: 0, askedUntil: 0, lost: 0 })

/** Counts one more lost answer. Returns the delay before the next try (ms). */
const loseAnswer = (lane: OutboxLane): number =>
  Math.min(outboxTimes.longestRetryMs, outboxTimes.firstRetryMs * 2 ** Math.min(lane.lost++, 10))

/**
 * The next frame of these rows, in order, without failed ones. Undefined: nothing to send. A single post of any allowed
 * text fits a frame.
 */
const frameOf = (
  rows: ReadonlyArray<OutboxRow>
): { readonly frame: CommandFrame; readonly rows: ReadonlyArray<OutboxRow> } | undefined => {
  const first = rows.find((row) => row.state !== "failed")
  if (first === undefined) return undefined
  if (first.state !== "withdrawn" && first.body.kind === "post") return postsOf(first, rows)
  return { frame: commandFrame(first), rows: [first] }
}

/** Whether a refusal means that the server could not read the frame, whatever its other rows were. */
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

/** The size of a post frame without its posts. */
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
