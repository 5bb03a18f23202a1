/** The append over the memory state: locks, what was decided before, the epoch, rights, numbers; command by command, as if each were alone. */
import { type Command, fitsLog, namesSeq, usersTouched } from "../domain/Command.ts"
import type { LogEvent } from "../domain/Event.ts"
import { type ConversationId, personalLog } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import type { AppendResult, Decision } from "../messages/EventStore.ts"
import { applyCommand, createConversation, createDirect, originOf, type Pen, withdrawPost } from "./Apply.ts"
import { blocks, type ChatState, headOf, isAwayFor, knows, type MemoryLog, type StoredEvent } from "./ChatState.ts"
import { refusalOf } from "./Rules.ts"

/** Decides and stores a batch. Nothing else runs meanwhile, so a batch is a transaction by itself. */
export const appendBatch = (state: ChatState, now: number, commands: ReadonlyArray<Command>): AppendResult => {
  const batch = new Batch(state, now)
  const decisions = commands.map((command) => batch.run(command))
  return { epoch: state.epoch, decisions, changes: batch.changes() }
}

class Batch implements Pen {
  readonly state: ChatState
  readonly now: number
  // Logs with a command that was set aside: later ones wait behind it.
  readonly #waiting = new Set<ConversationId>()
  readonly #changed = new Map<MemoryLog, Array<number>>()

  constructor(state: ChatState, now: number) {
    this.state = state
    this.now = now
  }

  wrote(log: MemoryLog, event: LogEvent): void {
    this.#touch(log).push(event.seq)
  }

  /** Events as the log has them after the batch: a text that was deleted meanwhile is told no more. By the id of the log, as the other stores tell them. */
  changes(): AppendResult["changes"] {
    return [...this.#changed]
      .sort(([a], [b]) => (a.id < b.id ? -1 : 1))
      .map(([log, seqs]) => ({
        log: log.id,
        head: headOf(log),
        events: log.events.filter(({ event }) => seqs.includes(event.seq)).map(({ event }) => event)
      }))
  }

  run(command: Command): Decision {
    const locks = [command.log, ...usersTouched(command).map(personalLog)]
    if (this.#waiting.has(command.log) || locks.some((log) => this.state.held.has(log))) {
      this.#waiting.add(command.log)
      return { _tag: "SetAside" }
    }
    const { kind } = command.body
    const makesMembers = kind === "create" || kind === "add"
    if (!makesMembers && usersTouched(command).some((userId) => !this.state.users.has(userId))) return refused("not_found")
    if (command.body.kind === "openDirect") return this.#openDirect(command, command.body.peer)
    const log = this.state.logs.get(command.log)
    if (command.body.kind === "create" && log === undefined) return this.#create(command)
    if (log === undefined) return refused("not_found")
    const decision = command.body.kind === "withdraw" ? this.#withdraw(log, command) : this.#decide(log, command)
    if (decision._tag === "Repeated") this.#retell(command)
    return decision
  }

  #decide(log: MemoryLog, command: Command): Decision {
    const stored = storedUnder(log, command)
    if (stored !== undefined) return repeatOf(stored, command)
    if (command.body.kind === "create") return refused("conflict")
    const before = decidedBefore(log, command)
    if (before !== undefined) return refused(before.by === command.by ? before.code : "conflict")
    if (command.epoch !== this.state.epoch && namesSeq(command.body)) {
      return refused(knows(log, command.by) ? "epoch_changed" : "not_found")
    }
    const code = refusalOf(this.state, log, command)
    if (code === undefined) return { _tag: "Appended", ...applyCommand(this, log, command) }
    // The ids of reads are made anew each time.
    if (command.body.kind !== "read") remember(log, command, code)
    return refused(code)
  }

  #create(command: Command): Decision {
    if (command.body.kind !== "create") return refused("not_found")
    if (!fitsLog(command)) return refused("conflict")
    if (isAwayFor(this.state, command.by, usersTouched(command))) return refused("not_found")
    if (new Set([command.by, ...command.body.members]).size > Limits.membersMax) return refused("too_many")
    return { _tag: "Appended", ...createConversation(this, command, command.body) }
  }

  #openDirect(command: Command, peer: Command["by"]): Decision {
    if (!fitsLog(command)) return refused("conflict")
    const users = [...new Set([command.by, peer])]
    const log = this.state.logs.get(command.log)
    if (log === undefined) {
      if (blocks(this.state, peer, command.by)) return refused("not_found")
      if (blocks(this.state, command.by, peer)) return refused("forbidden")
      createDirect(this, command, users)
      return { _tag: "Appended", seq: 0, at: this.now }
    }
    if (log.kind !== "direct" || users.some((userId) => !log.members.has(userId))) return refused("conflict")
    this.#retell(command)
    return { _tag: "Repeated", seq: 0, at: this.now }
  }

  #withdraw(log: MemoryLog, command: Command): Decision {
    const { by } = command
    if (log.kind === "personal") return refused(log.id === personalLog(by) ? "unsupported" : "not_found")
    const stored = storedUnder(log, command)
    if (stored === undefined) {
      const before = decidedBefore(log, command)
      if (before !== undefined) return refused(before.by === by ? before.code : "conflict")
      if (!knows(log, by)) return refused("not_found")
      remember(log, command, "withdrawn")
      return refused("withdrawn")
    }
    if (stored.event.by !== by) return refused("conflict")
    if (stored.event.kind !== "posted") return { _tag: "Repeated", seq: stored.event.seq, at: stored.event.at }
    if (!stored.event.blanked) {
      if (!log.members.has(by) && this.now - stored.event.at > Limits.takenBackMs) return refused("forbidden")
      withdrawPost(this, log, by, stored.event.seq)
    }
    this.#touch(log)
    return refused("withdrawn")
  }

  // A repeat is told again with its heads: what the first time said may have been lost.
  #retell(command: Command): void {
    for (const id of [command.log, ...usersTouched(command).map(personalLog)]) {
      const log = this.state.logs.get(id)
      if (log !== undefined) this.#touch(log)
    }
  }

  #touch(log: MemoryLog): Array<number> {
    const seqs = this.#changed.get(log) ?? []
    this.#changed.set(log, seqs)
    return seqs
  }
}

/** What a stranger was refused is remembered for him alone: to all others it must be as if nobody had asked. */
const decidedBefore = (log: MemoryLog, { by, id }: Command) => {
  const before = log.decided.get(id)
  return before === undefined || before.by === by || before.code !== "not_found" || knows(log, before.by) ? before : undefined
}

const remember = (log: MemoryLog, { by, id }: Command, code: RefusalCode): void => {
  const before = log.decided.get(id)
  if (before === undefined || (before.code === "not_found" && code !== "not_found")) log.decided.set(id, { by, code })
}

const refused = (code: RefusalCode): Decision => ({ _tag: "Refused", code })

const storedUnder = (log: MemoryLog, command: Command): StoredEvent | undefined => log.events.find(({ event }) => event.id === command.id)

/** Whose reply may have outlived a restore gives it again without the number of before: it is the same one. */
const isWithoutReply = (event: LogEvent, { body }: Command): boolean =>
  event.kind === "posted" && body.kind === "post" && body.replyTo === undefined && event.text === body.text

const repeatOf = ({ event, origin }: StoredEvent, command: Command): Decision => {
  const blanked = "blanked" in event && event.blanked === true
  const same = event.by === command.by && (blanked || origin === originOf(command.body) || isWithoutReply(event, command))
  return same ? { _tag: "Repeated", seq: event.seq, at: event.at } : refused("conflict")
}
