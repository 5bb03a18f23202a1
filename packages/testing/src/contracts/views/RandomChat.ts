/**
 * Random commands of a few users in a few conversations, from a seed: repeats, conflicts, withdrawals and wrong targets
 * among them.
 */

import {
  type Command,
  type CommandBody,
  type CommandKindName,
  everyKind,
  isPersonal
} from "@hibiki/core/commands/Command"
import type { Decision } from "@hibiki/core/commands/Decision"
import { type CommandId, type ConversationId, Epoch, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { FastCheck } from "effect"
import { appendBatch } from "../../Append.ts"
import { anyBody } from "../../anyBody.ts"
import { type ChatState, headOf, type MemoryLog } from "../../ChatState.ts"

/** The draft of one command; numbers are taken modulo the number of existing things. */
interface Draft {
  readonly kind: CommandKindName
  readonly by: number
  readonly where: number
  readonly target: number
  readonly whom: number
  readonly value: number
  readonly twist: number
}

export interface Cast {
  readonly users: ReadonlyArray<UserId>
  /** Theirs, in the same order. */
  readonly handles: ReadonlyArray<string>
  readonly logs: ReadonlyArray<ConversationId>
  /** Ids for the commands, enough for all of them. */
  readonly ids: ReadonlyArray<CommandId>
}

/** How many commands a run has, and so how many ids it needs. */
export const randomCommands = 90

const kinds = everyKind()
  .filter(({ creates }) => creates !== true)
  .map(({ kind }) => kind)
const frequent = ["post", "post", "post", "edit", "delete", "react", "unreact", "read"] as const
const nat = (max: number) => FastCheck.integer({ min: 0, max })
const draft: FastCheck.Arbitrary<Draft> = FastCheck.record({
  // More posts and fewer departures than others: there must be something to edit, read and take back, and somebody to
  // do it.
  kind: FastCheck.oneof(
    { weight: 1, arbitrary: FastCheck.constantFrom(...kinds) },
    { weight: 2, arbitrary: FastCheck.constantFrom(...frequent) }
  ),
  by: nat(39),
  where: nat(2),
  target: nat(99),
  whom: nat(3),
  value: nat(2),
  twist: nat(24)
})
const drafts = FastCheck.array(draft, { minLength: randomCommands, maxLength: randomCommands })

/**
 * Batches of 1 to 9 commands with the reference's decision for each. The reference runs them one by one while they are
 * made, so that most name something that exists. `nowOf` gives each batch's time. The same seed makes the same
 * commands.
 */
export const randomBatches = (seed: number, cast: Cast, reference: ChatState, nowOf: (batch: number) => number) => {
  const commands: Array<Command> = []
  const batches: Array<{ readonly commands: ReadonlyArray<Command>; readonly expected: ReadonlyArray<Decision> }> = []
  const [sample = []] = FastCheck.sample(drafts, { seed, numRuns: 1, unbiased: true })
  for (let from = 0, size = 1; from < sample.length; from += size, size = (size * 4) % 11) {
    const expected = sample.slice(from, from + size).flatMap((one) => {
      const command = commandOf(one, cast, commands, reference)
      commands.push(command)
      return appendBatch(reference, nowOf(batches.length), [command]).decisions
    })
    batches.push({ commands: commands.slice(from), expected })
  }
  return batches
}

const commandOf = (draft: Draft, cast: Cast, earlier: ReadonlyArray<Command>, reference: ChatState): Command => {
  const before = pick(earlier, earlier.length - 1 - (draft.target % 12))
  const log = pick(cast.logs, draft.where)
  // Mostly a member.
  const members = log === undefined || draft.by % 5 === 0 ? [] : [...(reference.logs.get(log)?.members.keys() ?? [])]
  const by = pick(members, draft.by) ?? pick(cast.users, draft.by)
  const id = cast.ids[earlier.length]
  if (by === undefined || log === undefined || id === undefined) throw new Error("a cast needs users, logs and ids")
  if (before !== undefined) {
    if (draft.kind === "withdraw")
      return { ...before, by: draft.value === 0 ? by : before.by, body: { kind: "withdraw" } }
    if (draft.twist === 0) return before
    if (draft.twist === 1) return { ...before, by }
    if (draft.twist === 2 && before.body.kind === "post")
      return { ...before, body: { ...before.body, text: "another text" } }
  }
  const target = targetIn(reference.logs.get(log), draft.target)
  const text = ["tea", `coffee, @${pick(cast.handles, draft.whom)}?`, "water"][draft.value] ?? ""
  const body = bodyOf({ ...draft, target }, text, log, pick(cast.users, draft.whom) ?? by)
  const epoch = draft.twist === 3 ? otherEpoch : reference.epoch
  return { log: isPersonal(body) ? personalLog(by) : log, id, by, device: null, epoch, body }
}

// One of the newest posted rows mostly, deleted ones among them; else any number up to a little above the head.
const targetIn = (log: MemoryLog | undefined, choice: number): number => {
  const posted = [...(log?.rows.values() ?? [])].filter(({ row }) => row.kind === "posted")
  const row = choice % 4 === 0 ? undefined : pick(posted, posted.length - 1 - (choice % 5))
  return row?.row.seq ?? choice % ((log === undefined ? 0 : headOf(log)) + 3)
}

const bodyOf = ({ kind, target, value }: Draft, text: string, log: ConversationId, whom: UserId): CommandBody =>
  anyBody(kind, {
    seq: target,
    userId: whom,
    conversationId: log,
    text,
    title: text,
    emoji: ["🍵", "☕", "\ufb01"][value],
    role: (["owner", "admin", "member"] as const)[value],
    on: value !== 0,
    replyTo: value === 0 ? target : undefined
  })

const pick = <A>(from: ReadonlyArray<A>, index: number): A | undefined =>
  from.length === 0 ? undefined : from.at(index % from.length)

const otherEpoch = Epoch.make("00000000-0000-7000-8000-000000000000")
