/**
 * What a worker holds: submissions taken from the ingress and not yet answered, in the order in which they must be decided.
 * Pure bookkeeping without a clock; the worker's loop runs it.
 *
 * Rules: submissions that were set aside lead the next batch; a later submission of the same log waits behind them (the append sees
 * to that, since it gets them in this order); one that stayed aside for `heldForMs` is let go as busy, so that the ingress message
 * it came in can be acknowledged. Answers of the other submissions of that message do not wait.
 */
import type { CommandId } from "../domain/Ids.ts"
import type { Decision } from "./EventStore.ts"
import type { IngressMessage } from "./Ingress.ts"
import type { PoisonNotes } from "./PoisonNotes.ts"
import type { Answer, Outcome, Submission } from "./Submission.ts"

/** How long a submission may stay aside (ms), and the delays between tries when no new work comes (ms). */
export const heldForMs = 2_000
const retryMs = { first: 5, most: 250 } as const
/** Commands of the submissions in one transaction, about, those that were decided before included: so many it answers. A submission is never divided over two. */
const commandsPerBatch = 500

export interface Held {
  readonly submission: Submission
  readonly message: MessageInHand
  /** When it was first tried (ms), undefined before. */
  since: number | undefined
  /** Commands still to be decided; those before them were. */
  readonly rest: Array<Submission["commands"][number]>
  readonly outcomes: Array<Outcome>
}

/** An ingress message that is not acknowledged. */
export interface MessageInHand {
  readonly message: IngressMessage
  /** Submissions that are not answered. */
  open: number
  /** Offers of pushes that are about it and not taken yet. */
  offers: number
  /** Whether all its answers were told. */
  isTold: boolean
}

export interface Settled {
  readonly to: Submission["to"]
  readonly answer: Answer
}

export class WorkerQueue {
  private held: Array<Held> = []
  private tries = 0

  get size(): number {
    return this.held.length
  }

  /** Whether something was tried before and waits for a lock. */
  get hasSetAside(): boolean {
    return this.held.some((h) => h.since !== undefined)
  }

  /** Whether an earlier submission of the same log waits for a lock, so that this one must not be tried alone. */
  isBehind(held: Held): boolean {
    for (const other of this.held) {
      if (other === held) return false
      if (other.submission.log === held.submission.log) return true
    }
    return false
  }

  /** How long to wait for new work before what was set aside is tried again (ms). */
  get retryAfterMs(): number {
    return Math.min(retryMs.most, retryMs.first * 2 ** Math.min(this.tries, 10))
  }

  add(messages: ReadonlyArray<IngressMessage>): ReadonlyArray<MessageInHand> {
    const empty: Array<MessageInHand> = []
    for (const message of messages) {
      const inHand: MessageInHand = { message, open: message.submissions.length, offers: 0, isTold: false }
      if (inHand.open === 0) empty.push(inHand)
      for (const submission of message.submissions) {
        this.held.push({ submission, message: inHand, since: undefined, rest: [...submission.commands], outcomes: [] })
      }
    }
    return empty
  }

  /** Those that were not tried yet and must not be. */
  heldBack(notes: PoisonNotes): ReadonlyArray<Held> {
    return this.held.filter(({ since, submission }) => since === undefined && notes.holdsBack(submission))
  }

  /** The next transaction's submissions, oldest first. */
  batch(): ReadonlyArray<Held> {
    let commands = 0
    let count = 0
    for (const held of this.held) {
      commands += held.submission.commands.length
      if (count > 0 && commands > commandsPerBatch) break
      count++
    }
    return this.held.slice(0, count)
  }

  /**
   * Takes the decisions of `batch`'s commands, in order. Gives the answers that are complete, and the messages that are thereby done.
   * `nowMs` is monotonic.
   */
  decide(
    batch: ReadonlyArray<Held>,
    decisions: ReadonlyArray<Decision>,
    nowMs: number
  ): { readonly settled: ReadonlyArray<Settled>; readonly done: ReadonlyArray<MessageInHand> } {
    const settled: Array<Settled> = []
    const done: Array<MessageInHand> = []
    const aside: Array<Held> = []
    let next = 0
    for (const held of batch) {
      const count = held.rest.length
      takeOutcomes(held, decisions.slice(next, next + count))
      next += count
      held.since ??= nowMs
      if (held.rest.length > 0 && nowMs - held.since < heldForMs) {
        aside.push(held)
        continue
      }
      settled.push(...answersOf(held, "busy"))
      if (--held.message.open === 0) done.push(held.message)
    }
    this.tries = aside.length > 0 && settled.length === 0 ? this.tries + 1 : 0
    const tried = new Set(batch)
    this.held = [...aside, ...this.held.filter((held) => !tried.has(held))]
    return { settled, done }
  }

  /** Gives up one submission that the store will not take: what becomes of it is not known to its sender. */
  letGo(held: Held): { readonly settled: ReadonlyArray<Settled>; readonly done: ReadonlyArray<MessageInHand> } {
    this.held = this.held.filter((other) => other !== held)
    return { settled: answersOf(held, "unknown"), done: --held.message.open === 0 ? [held.message] : [] }
  }
}

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
  if (held.outcomes.length > 0) answers.push({ to, answer: { key, log, result: { _tag: "Decided", outcomes: held.outcomes } } })
  if (held.rest.length > 0) {
    const ids: ReadonlyArray<CommandId> = held.rest.map((command) => command.id)
    const retryAfterMs = code === "busy" ? 1_000 : 30_000
    answers.push({ to, answer: { key, log, result: { _tag: "Busy", code, retryAfterMs, ids } } })
  }
  return answers
}
