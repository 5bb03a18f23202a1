/**
 * The worker's queue: submissions taken from the ingress and not yet answered, in the order in which they must be
 * decided. Pure bookkeeping without a clock; the worker's loop drives it.
 *
 * Rules: deferred submissions lead the next batch; later submissions of the same log wait behind them. If a log's lock
 * is not free, the worker retries only the first submission of that log, however many there are: the transaction has
 * room for others. A submission that waited for `heldForMs` is answered as busy, so that its ingress message can be
 * acknowledged. The answers of the other submissions of that message do not wait. A command that needs many locks
 * rarely finds all of them free: after two tries the worker tries it alone and waits for the locks. Everything else
 * waits during that try, so the worker seldom does this: a lock that is never released then costs the other submissions
 * little. Unreadable submissions wait in a separate list until they are parked: nothing waits behind them. A suspect,
 * which may be the reason why the store does not answer, is tried alone, in turns with the others. Later submissions of
 * its log wait for it.
 */

import { kindOf } from "../commands/Command.ts"
import type { Decision } from "../commands/Decision.ts"
import type { CommandId, ConversationId } from "../domain/Ids.ts"
import type { IngressMessage } from "../ports/Ingress.ts"
import type { Answer, Outcome, Submission, UnreadSubmission } from "../ports/Submission.ts"
import { type PoisonNotes, Suspects } from "./Suspects.ts"

/** How long a submission may stay deferred (ms), and the delays between tries while no new work comes (ms). */
export const heldForMs = 2_000
const retryMs = { first: 5, most: 250 } as const
/**
 * A submission that needs many locks waits for them on its third try and on each fifth one after that. That is twice
 * within `heldForMs`.
 */
const deferralsPerWait = 5
/**
 * Roughly how many commands the submissions of one transaction have, including those decided earlier: the batch answers
 * this many. A submission is never split over two batches.
 */
const commandsPerBatch = 500

export interface Held {
  readonly submission: Submission
  readonly message: MessageInHand
  /**
   * When the queue first found that it waits for its log's lock (ms), whether it was tried itself or waited behind one
   * that was; undefined before.
   */
  since: number | undefined
  /** Whether it was part of a transaction. */
  tried: boolean
  /** How many times it was deferred. */
  deferrals: number
  /** The commands that are still undecided; those before them are decided. */
  readonly rest: Array<Submission["commands"][number]>
  readonly outcomes: Array<Outcome>
}

/** An unreadable submission that is not parked yet. */
export interface HeldUnread {
  readonly unread: UnreadSubmission
  readonly message: MessageInHand
}

/** An ingress message that is not acknowledged. */
export interface MessageInHand {
  readonly message: IngressMessage
  /** The number of unanswered submissions. */
  open: number
  /** The number of push offers about this message that are not taken yet. */
  offers: number
  /** Whether all its answers were published. */
  isTold: boolean
}

export interface Settled {
  readonly to: Submission["to"]
  readonly answer: Answer
}

export class WorkerQueue {
  private held: Array<Held> = []
  private unread: ReadonlyArray<HeldUnread> = []
  private tries = 0
  /** Logs that were locked elsewhere at the last try and still have submissions in the queue. */
  private readonly locked = new Set<ConversationId>()
  private readonly suspects = new Suspects<Held>()
  /** Whether the last try was a suspect's: then it is the others' turn. */
  private wasSuspect = false
  private waitsAlone = false

  get size(): number {
    return this.held.length + this.unread.length
  }

  /** Commands that are not decided yet. */
  get commands(): number {
    return this.held.reduce((sum, { rest }) => sum + rest.length, 0)
  }

  get hasUnread(): boolean {
    return this.unread.length > 0
  }

  /** Whether a tried submission waits for a lock. */
  get hasSetAside(): boolean {
    return this.locked.size > 0
  }

  /**
   * How long to wait for new work before the next try (ms): 0 if a submission is ready. `nowMs` is monotonic, here and
   * below.
   */
  restMs(nowMs: number): number {
    if (this.hasSetAside) return this.retryAfterMs
    return this.suspects.size === 0 || this.batch().length > 0 ? 0 : this.suspects.restMs(nowMs)
  }

  /** Whether an earlier submission of the same log waits for a lock, so that this one must not be tried alone. */
  isBehind(held: Held): boolean {
    for (const other of this.held) {
      if (other === held) return false
      if (other.submission.log === held.submission.log) return true
    }
    return false
  }

  /** How long to wait for new work before deferred submissions are retried (ms). */
  get retryAfterMs(): number {
    return Math.min(retryMs.most, retryMs.first * 2 ** Math.min(this.tries, 10))
  }

  add(messages: ReadonlyArray<IngressMessage>): ReadonlyArray<MessageInHand> {
    const empty: Array<MessageInHand> = []
    for (const message of messages) {
      const open = message.submissions.length + message.unread.length
      const inHand: MessageInHand = { message, open, offers: 0, isTold: false }
      if (inHand.open === 0) empty.push(inHand)
      for (const submission of message.submissions) {
        this.held.push({
          submission,
          message: inHand,
          since: undefined,
          tried: false,
          deferrals: 0,
          rest: [...submission.commands],
          outcomes: []
        })
      }
      if (message.unread.length > 0)
        this.unread = [...this.unread, ...message.unread.map((unread) => ({ unread, message: inHand }))]
    }
    return empty
  }

  /** The untried submissions that must not be tried. */
  heldBack(notes: PoisonNotes, nowMs: number): ReadonlyArray<Held> {
    return this.held.filter(({ submission, tried }) => !tried && notes.holdsBack(submission, nowMs))
  }

  /** The submissions of the next try: a suspect alone, one that waits alone for its locks, or others. */
  next(nowMs: number): ReadonlyArray<Held> {
    if (this.suspects.size === 0) return this.waitingAloneOrAll(this.batch())
    const suspect = this.suspects.due(nowMs)
    const others = suspect === undefined || this.wasSuspect ? this.batch() : []
    this.wasSuspect = suspect !== undefined && others.length === 0
    return this.wasSuspect && suspect !== undefined ? [suspect] : this.waitingAloneOrAll(others)
  }

  /** Whether the next try waits for its locks. */
  get isWaitingAlone(): boolean {
    return this.waitsAlone
  }

  private waitingAloneOrAll(batch: ReadonlyArray<Held>): ReadonlyArray<Held> {
    const waiting = this.waitsAlone ? undefined : batch.find(isStarving)
    this.waitsAlone = waiting !== undefined
    return waiting === undefined ? batch : [waiting]
  }

  /** The submissions of the next transaction, oldest first, without suspects. */
  batch(): ReadonlyArray<Held> {
    const taken: Array<Held> = []
    const waiting = new Set<ConversationId>()
    let commands = 0
    for (const held of this.held) {
      const { log } = held.submission
      if (waiting.has(log)) continue
      if (this.locked.has(log)) waiting.add(log)
      if (this.suspects.has(held)) {
        waiting.add(log)
        continue
      }
      commands += held.submission.commands.length
      if (taken.length > 0 && commands > commandsPerBatch) break
      taken.push(held)
    }
    return taken
  }

  /**
   * Takes the decisions of `batch`'s commands, in order. Returns the complete answers, and the messages that are
   * thereby done.
   */
  decide(
    batch: ReadonlyArray<Held>,
    decisions: ReadonlyArray<Decision>,
    nowMs: number
  ): { readonly settled: ReadonlyArray<Settled>; readonly done: ReadonlyArray<MessageInHand> } {
    const settled: Array<Settled> = []
    const done: Array<MessageInHand> = []
    const settle = (held: Held) => {
      settled.push(...answersOf(held, "busy"))
      if (--held.message.open === 0) done.push(held.message)
    }
    for (const held of batch) {
      this.locked.delete(held.submission.log)
      this.suspects.clear(held)
    }
    if (decisions.some(({ _tag }) => _tag === "Appended")) this.suspects.othersStored()
    const aside: Array<Held> = []
    let next = 0
    let answered = 0
    for (const held of batch) {
      const count = held.rest.length
      answered += held.submission.commands.length
      takeOutcomes(held, decisions.slice(next, next + count))
      next += count
      held.tried = true
      if (held.rest.length === 0) settle(held)
      else {
        this.locked.add(held.submission.log)
        held.deferrals++
        aside.push(held)
      }
    }
    const tried = new Set(batch)
    const left = [...aside, ...this.held.filter((held) => !tried.has(held))]
    const givenUp = new Set(
      this.locked.size === 0 ? [] : this.waitedTooLong(left, tried, commandsPerBatch - answered, nowMs)
    )
    for (const held of givenUp) {
      this.suspects.clear(held)
      settle(held)
    }
    this.held = givenUp.size === 0 ? left : left.filter((held) => !givenUp.has(held))
    this.tries = this.locked.size > 0 && settled.length === 0 ? this.tries + 1 : 0
    this.forgetUnheld()
    return { settled, done }
  }

  /** The store did not answer these submissions. */
  unanswered(batch: ReadonlyArray<Held>, cause: unknown, nowMs: number): void {
    if (!this.isSuspected(batch)) this.suspects.othersFailed()
    const [alone] = batch
    if (alone === undefined || batch.length > 1) return
    this.suspects.failedAlone(alone, cause, nowMs)
    this.wasSuspect = true
    this.locked.delete(alone.submission.log)
  }

  /** Whether the batch is a suspect. A suspect is always alone. */
  isSuspected([first]: ReadonlyArray<Held>): boolean {
    return first !== undefined && this.suspects.has(first)
  }

  /** The suspects that get no answer while the store answers others, each with the store's last error. */
  guilty(): ReadonlyArray<readonly [held: Held, cause: unknown]> {
    return this.suspects.size === 0 ? [] : this.suspects.guilty()
  }

  /** Gives up one submission that the store rejects: its sender gets an unknown outcome. */
  letGo(held: Held): { readonly settled: ReadonlyArray<Settled>; readonly done: ReadonlyArray<MessageInHand> } {
    this.held = this.held.filter((other) => other !== held)
    this.suspects.clear(held)
    this.forgetUnheld()
    return { settled: answersOf(held, "unknown"), done: --held.message.open === 0 ? [held.message] : [] }
  }

  /** The next unreadable submissions, oldest first, as many as one answer of the worker may cover. */
  unreadBatch(): ReadonlyArray<HeldUnread> {
    let commands = 0
    const end = this.unread.findIndex(({ unread: { asked } }, index) => {
      commands += asked?.commands.length ?? 1
      return index > 0 && commands > commandsPerBatch
    })
    return end === -1 ? this.unread : this.unread.slice(0, end)
  }

  /** Gives up unreadable submissions. A sender that can't be identified waits for its own timeout. */
  letGoUnread(batch: ReadonlyArray<HeldUnread>): {
    readonly settled: ReadonlyArray<Settled>
    readonly done: ReadonlyArray<MessageInHand>
  } {
    const letGo = new Set(batch)
    this.unread = this.unread.filter((other) => !letGo.has(other))
    const settled = batch.flatMap(({ unread: { asked } }) =>
      asked === undefined ? [] : [untaken(asked, asked.commands, "unknown")]
    )
    return { settled, done: batch.flatMap(({ message }) => (--message.open === 0 ? [message] : [])) }
  }

  /**
   * The submissions that waited too long for their log's lock. Of those outside this try, at most `room` commands, so
   * that the answers of one batch stay within their bound.
   */
  private waitedTooLong(
    left: ReadonlyArray<Held>,
    tried: ReadonlySet<Held>,
    room: number,
    nowMs: number
  ): ReadonlyArray<Held> {
    let commands = 0
    return left.filter((held) => {
      if (!this.locked.has(held.submission.log)) return false
      held.since ??= nowMs
      if (nowMs - held.since < heldForMs) return false
      if (!tried.has(held)) commands += held.submission.commands.length
      return tried.has(held) || commands <= room
    })
  }

  private forgetUnheld(): void {
    for (const log of this.locked)
      if (!this.held.some(({ submission }) => submission.log === log)) this.locked.delete(log)
  }
}

/** The submission must lock other logs besides its own, and did not get all of them in two tries. */
const isStarving = ({ deferrals, rest }: Held): boolean =>
  deferrals % deferralsPerWait === 2 &&
  rest.some((command) => (kindOf(command.body).touches?.(command) ?? []).length > 0)

const takeOutcomes = (held: Held, decisions: ReadonlyArray<Decision>): void => {
  for (const decision of decisions) {
    const command = held.rest[0]
    if (command === undefined || decision._tag === "SetAside") return
    held.rest.shift()
    held.outcomes.push({
      id: command.id,
      result: decision._tag === "Refused" ? decision : { _tag: "Accepted", seq: decision.seq, at: decision.at }
    })
  }
}

const answersOf = (held: Held, code: "busy" | "unknown"): ReadonlyArray<Settled> => {
  const { key, log, to } = held.submission
  const answers: Array<Settled> = []
  if (held.outcomes.length > 0)
    answers.push({ to, answer: { key, log, result: { _tag: "Decided", outcomes: held.outcomes } } })
  if (held.rest.length > 0) answers.push(untaken(held.submission, held.rest, code))
  return answers
}

const untaken = (
  { key, log, to }: Pick<Submission, "to" | "key" | "log">,
  commands: ReadonlyArray<{ readonly id: CommandId }>,
  code: "busy" | "unknown"
): Settled => {
  const retryAfterMs = code === "busy" ? 1_000 : 30_000
  return { to, answer: { key, log, result: { _tag: "Busy", code, retryAfterMs, ids: commands.map(({ id }) => id) } } }
}
