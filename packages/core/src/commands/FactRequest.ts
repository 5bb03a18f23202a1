/** Lists what a store loads for a batch under the locks of its logs. It follows from the commands alone. */
import { type CommandId, type ConversationId, type Epoch, personalLog, type UserId } from "../domain/Ids.ts"
import { BatchOverlay } from "./BatchOverlay.ts"
import { type Command, kindOf, usersTouched } from "./Command.ts"

/** The facts requested of one log. The lists may contain duplicates. */
export interface LogRequest {
  readonly log: ConversationId
  /** True: lock the log, and skip it if it is locked elsewhere. False: only read its row. */
  isLocked: boolean
  /** The batch may create the log: if it does not exist, lock its id as well. */
  mayBeCreated: boolean
  /** Load what was stored or decided under these ids, and the standing of users who were refused with `not_found`. */
  readonly ids: Set<CommandId>
  readonly standings: Set<UserId>
  readonly cursors: Set<UserId>
  /** Load these rows with their edit counts and emoji. */
  readonly rows: Set<number>
  readonly texts: Array<readonly [seq: number, text: string]>
  readonly reacted: Array<readonly [seq: number, emoji: string, userId: UserId]>
  /** Load the pinned messages. */
  asksPins: boolean
  /** Count owners up to this number; 0: do not count. */
  ownersMax: number
  /** Load which of these users are banned. */
  readonly bans: Set<UserId>
  /** Count the bans, up to Limits.bansMax. */
  asksBanCount: boolean
  /** Load whether either user of a direct conversation blocks the other. */
  asksBlocked: boolean
}

export interface FactRequest {
  readonly logs: ReadonlyMap<ConversationId, LogRequest>
  /** Load whether the first user blocks the second. */
  readonly blocks: ReadonlyArray<readonly [UserId, UserId]>
}

export const requestOf = (commands: ReadonlyArray<Command>): FactRequest => {
  const logs = new Map<ConversationId, LogRequest>()
  const blocks: Array<readonly [UserId, UserId]> = []
  const about = (log: ConversationId): LogRequest => {
    const known = logs.get(log)
    if (known !== undefined) return known
    const asked = emptyRequest(log)
    logs.set(log, asked)
    return asked
  }
  for (const command of commands) {
    const { body, by, id } = command
    const kind = kindOf(body)
    const own = about(command.log)
    own.isLocked = true
    if (kind.isIdempotent !== true) own.ids.add(id)
    // A personal log has no members: its id names its owner.
    if (command.log !== personalLog(by)) own.standings.add(by)
    if (kind.creates === true) own.mayBeCreated = true
    if (kind.addsContent === true) own.asksBlocked = true
    for (const userId of usersTouched(command)) about(personalLog(userId)).isLocked = true
    if (kind.needs === undefined) continue
    const needs = kind.needs(command)
    for (const userId of needs.members ?? []) own.standings.add(userId)
    for (const seq of needs.rows ?? []) own.rows.add(seq)
    own.texts.push(...(needs.texts ?? []))
    for (const [seq, emoji] of needs.reactions ?? []) own.reacted.push([seq, emoji, by])
    own.asksPins ||= needs.pins === true
    // One more than the batch can remove, so that a truncated count never looks like the last owner.
    if (needs.owners === true) own.ownersMax = Math.max(own.ownersMax, 1) + 1
    for (const userId of needs.bans ?? []) own.bans.add(userId)
    own.asksBanCount ||= needs.banCount === true
    blocks.push(...(needs.blocks ?? []))
    if (needs.ownIn !== undefined) {
      const other = about(needs.ownIn)
      other.standings.add(by)
      other.cursors.add(by)
    }
  }
  return { logs, blocks }
}

const emptyRequest = (log: ConversationId): LogRequest => ({
  log,
  isLocked: false,
  mayBeCreated: false,
  ids: new Set(),
  standings: new Set(),
  cursors: new Set(),
  rows: new Set(),
  texts: [],
  reacted: [],
  asksPins: false,
  ownersMax: 0,
  bans: new Set(),
  asksBanCount: false,
  asksBlocked: false
})

/** Returns an overlay in which nothing requested exists. A store then loads what does exist. */
export const emptyOverlay = (
  { blocks, logs }: FactRequest,
  store: { readonly epoch: Epoch; readonly now: number; readonly freshId: () => CommandId }
): BatchOverlay => {
  const batch = new BatchOverlay(store)
  for (const [userId, blocked] of blocks) batch.loadBlock(userId, blocked, false)
  for (const { asksBanCount, asksPins, bans, log: id, ownersMax, reacted, rows, standings } of logs.values()) {
    const log = batch.addLog(id)
    for (const userId of standings) log.loadStanding(userId, "stranger")
    for (const seq of rows) log.loadRow(seq, undefined)
    for (const [seq, emoji, userId] of reacted) log.loadReacted(seq, emoji, userId, false)
    if (asksPins) log.loadPins([])
    if (ownersMax > 0) log.loadOwners(0)
    for (const userId of bans) log.loadBan(userId, false)
    if (asksBanCount) log.loadBanCount(0)
  }
  return batch
}
