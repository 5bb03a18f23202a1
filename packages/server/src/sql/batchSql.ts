/**
 * The SQL side of a batch: the parameters of `load_batch` and `store_batch`, and the facts that they return. It
 * contains no rules.
 */
import type { BatchOverlay } from "@hibiki/core/commands/BatchOverlay"
import type { Command } from "@hibiki/core/commands/Command"
import { decideBatch } from "@hibiki/core/commands/decideBatch"
import { emptyOverlay, type FactRequest } from "@hibiki/core/commands/FactRequest"
import type { LogRow, LogWrites, RowFacts } from "@hibiki/core/commands/LogOverlay"
import type { Closed, ConversationRules, Whose } from "@hibiki/core/domain/ConversationRules"
import type { HistoryRule, Role } from "@hibiki/core/domain/Event"
import { flags } from "@hibiki/core/domain/Flags"
import { CommandId, type ConversationId, type Epoch, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import { type RowKind, rowKinds } from "@hibiki/core/domain/RowKinds"
import { uuidV7 } from "@hibiki/core/domain/Uuid"
import type { AppendResult } from "@hibiki/core/ports/EventStore"
import { type EventTuple, eventOf } from "./eventTuple.ts"

/** In the order of the function's parameters. */
export type SqlParameters = ReadonlyArray<string | null>

export const loadQuery =
  "select load_batch($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::jsonb) as facts"
export const storeQuery =
  "select store_batch($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::bigint[], $6::uuid[], $7::uuid[], $8::uuid[], $9::bigint[], $10::text[], $11::bigint[], $12::bigint[], $13::jsonb, $14::jsonb, $15::jsonb)"

/** The answer of `load_batch`; an empty list is null. */
interface BatchFacts {
  readonly epoch: Epoch
  readonly now: number
  readonly rows: ReadonlyArray<RowTuple> | null
  readonly deferred: ReadonlyArray<ConversationId>
  readonly read: ReadonlyArray<RowTuple> | null
  readonly stored: ReadonlyArray<
    readonly [log: ConversationId, asked: object | false | null, ...event: EventTuple]
  > | null
  readonly decided: ReadonlyArray<
    readonly [log: ConversationId, id: CommandId, by: UserId, code: RefusalCode, isKnownToThem: boolean]
  > | null
  readonly standings: ReadonlyArray<
    readonly [log: ConversationId, userId: UserId, role: Role | null, joinedSeq: number, postedAt: number | null]
  > | null
  readonly blocked: ReadonlyArray<ConversationId> | null
  readonly more: MoreFacts | null
}

type RowTuple = readonly [
  log: ConversationId,
  kind: LogRow["kind"],
  title: string,
  history: HistoryRule,
  members: number,
  first: number,
  head: number,
  lastAt: number,
  whoPosts: Whose,
  whoAdds: Whose,
  slowSeconds: ConversationRules["slowSeconds"],
  closed: Closed | null
]

interface MoreFacts {
  readonly rows: ReadonlyArray<
    readonly [
      log: ConversationId,
      seq: number,
      kind: RowKind,
      by: UserId,
      deleted: boolean,
      edits: number,
      reactions: ReadonlyArray<readonly [emoji: string, people: number]> | null
    ]
  > | null
  /** The places, from 1 on, of the requested ones for which it is true. */
  readonly texts: ReadonlyArray<number> | null
  readonly reacted: ReadonlyArray<number> | null
  readonly pins: ReadonlyArray<readonly [log: ConversationId, seqs: ReadonlyArray<number> | null]> | null
  readonly owners: ReadonlyArray<readonly [log: ConversationId, count: number]> | null
  readonly bans: ReadonlyArray<readonly [log: ConversationId, userId: UserId]> | null
  readonly banCounts: ReadonlyArray<readonly [log: ConversationId, count: number]> | null
  readonly blocks: ReadonlyArray<readonly [userId: UserId, blocked: UserId]> | null
  readonly cursors: ReadonlyArray<
    readonly [
      log: ConversationId,
      userId: UserId,
      readUpTo: number,
      markedAt: number | null,
      markedSeq: number | null,
      ...flags: ReadonlyArray<boolean>
    ]
  > | null
}

const all = <A>(list: ReadonlyArray<A> | null | undefined): ReadonlyArray<A> => list ?? []

/**
 * An array in Postgres' notation. Only numbers, words and uuids, which need no quotes: the id formats of commands from
 * outside were checked on entry.
 */
const arrayOf = (values: ReadonlyArray<string | number>): string => `{${values.join(",")}}`

const none = "NULL"

/** Lists of columns; no field for an empty list. */
const columns = (name: string, list: ReadonlyArray<ReadonlyArray<string | number>>): object =>
  list.length === 0 ? {} : { [name]: (list[0] ?? []).map((_, column) => list.map((entry) => entry[column])) }

/** `isAlone`: no other transaction can come between loading and storing, so nothing needs a lock. */
export const loadParameters = (request: FactRequest, isAlone = false): SqlParameters => {
  const [locked, creations, read, direct]: ReadonlyArray<Array<string>> = [[], [], [], []]
  const [idLogs, ids, standingLogs, users]: ReadonlyArray<Array<string>> = [[], [], [], []]
  let asksMore = request.blocks.length > 0
  for (const asked of request.logs.values()) {
    const { log } = asked
    if (asked.isLocked && !isAlone) locked?.push(log)
    else read?.push(log)
    if (asked.mayBeCreated && !isAlone) creations?.push(log)
    if (asked.asksBlocked) direct?.push(log)
    for (const id of asked.ids) {
      idLogs?.push(log)
      ids?.push(id)
    }
    for (const userId of asked.standings) {
      standingLogs?.push(log)
      users?.push(userId)
    }
    asksMore ||= asked.rows.size > 0 || asked.cursors.size > 0 || asked.asksPins || asked.ownersMax > 0
    asksMore ||= asked.bans.size > 0 || asked.asksBanCount
  }
  const lists = [locked, creations?.sort(), read, idLogs, ids, standingLogs, users, direct]
  const more = asksMore
    ? JSON.stringify({
        ...moreAsked(request),
        editsMax: Limits.editsMax,
        pinsMax: Limits.pinsMax,
        bansMax: Limits.bansMax
      })
    : null
  return [...lists.map((list) => arrayOf(list ?? [])), more]
}

const moreAsked = ({ blocks, logs }: FactRequest): object => {
  const asked = [...logs.values()]
  return {
    ...columns(
      "rows",
      asked.flatMap(({ log, rows }) => Array.from(rows, (seq) => [log, seq]))
    ),
    ...columns(
      "texts",
      asked.flatMap(({ log, texts }) => texts.map((text) => [log, ...text]))
    ),
    ...columns(
      "reacted",
      asked.flatMap(({ log, reacted }) => reacted.map((one) => [log, ...one]))
    ),
    ...columns(
      "pins",
      asked.filter(({ asksPins }) => asksPins).map(({ log }) => [log])
    ),
    ...columns(
      "owners",
      asked.filter(({ ownersMax }) => ownersMax > 0).map(({ log, ownersMax }) => [log, ownersMax])
    ),
    ...columns(
      "bans",
      asked.flatMap(({ bans, log }) => Array.from(bans, (userId) => [log, userId]))
    ),
    ...columns(
      "banCounts",
      asked.filter(({ asksBanCount }) => asksBanCount).map(({ log }) => [log])
    ),
    ...columns("blocks", blocks),
    ...columns(
      "cursors",
      asked.flatMap(({ cursors, log }) => Array.from(cursors, (userId) => [log, userId]))
    )
  }
}

const logRow = ([, kind, title, history, members, first, head, lastAt, ...rest]: RowTuple): LogRow => {
  const [post, add, slowSeconds, closed] = rest
  const rules = { post, add, slowSeconds }
  return { kind, title, history, rules, closed: closed ?? undefined, members, first, head, lastAt }
}

/** The overlay on which the batch is decided. */
const overlayOf = (request: FactRequest, facts: BatchFacts, freshId: () => CommandId): BatchOverlay => {
  const batch = emptyOverlay(request, { epoch: facts.epoch, now: Number(facts.now), freshId })
  for (const log of facts.deferred) batch.defer(log)
  for (const row of [...all(facts.rows), ...all(facts.read)]) batch.log(row[0]).loadExisting(logRow(row))
  for (const [log, asked, ...tuple] of all(facts.stored)) {
    // An id counts only within its own log.
    if (request.logs.get(log)?.ids.has(tuple[1] as CommandId))
      batch.log(log).loadStored({ event: eventOf(tuple), asked: asked ?? undefined })
  }
  for (const [log, userId, role, joinedSeq, postedAt] of all(facts.standings)) {
    const standing = role === null ? "former" : { role, joinedSeq, postedAt: postedAt ?? undefined }
    batch.log(log).loadStanding(userId, standing)
  }
  for (const [log, id, by, code, isKnownToThem] of all(facts.decided)) {
    const overlay = batch.log(log)
    overlay.loadDecided(id, { by, code })
    if (request.logs.get(log)?.standings.has(by) !== true)
      overlay.loadStanding(by, isKnownToThem ? "former" : "stranger")
  }
  for (const log of all(facts.blocked)) batch.log(log).isBlocked = true
  if (facts.more !== null) loadMore(batch, request, facts.more)
  return batch
}

const loadMore = (batch: BatchOverlay, { logs }: FactRequest, more: MoreFacts): void => {
  const asked = [...logs.values()]
  const texts = asked.flatMap(({ log, texts }) => texts.map(([seq, text]) => ({ log, seq, text })))
  const same = new Map<string, Set<string>>()
  for (const n of all(more.texts)) {
    const found = texts[n - 1]
    if (found !== undefined) same.set(`${found.log} ${found.seq}`, new Set([found.text]))
  }
  for (const [log, seq, kind, by, deleted, edits, reactions] of all(more.rows)) {
    const row: RowFacts = {
      kind,
      by,
      deleted,
      edits,
      texts: same.get(`${log} ${seq}`) ?? new Set(),
      reactions: new Map(all(reactions))
    }
    batch.log(log).loadRow(seq, row)
  }
  const reacted = asked.flatMap(({ log, reacted }) => reacted.map((one) => [log, ...one] as const))
  for (const n of all(more.reacted)) {
    const found = reacted[n - 1]
    if (found !== undefined) batch.log(found[0]).loadReacted(found[1], found[2], found[3], true)
  }
  for (const [log, seqs] of all(more.pins)) batch.log(log).loadPins(all(seqs))
  for (const [log, count] of all(more.owners)) batch.log(log).loadOwners(count)
  for (const [log, userId] of all(more.bans)) batch.log(log).loadBan(userId, true)
  for (const [log, count] of all(more.banCounts)) batch.log(log).loadBanCount(count)
  for (const [userId, blocked] of all(more.blocks)) batch.loadBlock(userId, blocked, true)
  for (const [log, userId, readUpTo, markedAt, markedSeq, ...set] of all(more.cursors))
    batch.log(log).loadCursor(userId, {
      readUpTo,
      mark: markedAt === null || markedSeq === null ? undefined : { at: markedAt, seq: markedSeq },
      flags: new Set(flags.filter((_, i) => set[i] === true))
    })
}

/** Decides the commands on the loaded facts. Returns the result and the rows to write, if there are any. */
export const decideLoaded = (
  commands: ReadonlyArray<Command>,
  request: FactRequest,
  loaded: ReadonlyArray<unknown>,
  randomBytes: (size: number) => Uint8Array
): { readonly result: AppendResult; readonly store: SqlParameters | undefined } => {
  const [row] = loaded as ReadonlyArray<{ readonly facts: BatchFacts }>
  if (row === undefined) throw new Error("load_batch gave no answer")
  const batch = overlayOf(request, row.facts, () => CommandId.make(uuidV7(row.facts.now, randomBytes(10))))
  const { changes, decisions, writes } = decideBatch(batch, commands)
  return {
    result: { epoch: batch.epoch, decisions, changes },
    store: writes.length === 0 ? undefined : storeParameters(writes, batch.now)
  }
}

const isRow = (kind: string): boolean => (rowKinds as ReadonlyArray<string>).includes(kind)

/** In the order of the function's parameters. */
const storeParameters = (writes: ReadonlyArray<LogWrites>, now: number): SqlParameters => {
  const [logs, heads, ats]: ReadonlyArray<Array<string | number>> = [[], [], []]
  const [eventLogs, seqs, ids, by, devices, eventAts, kinds, targets, revs]: ReadonlyArray<Array<string | number>> =
    Array.from({ length: 9 }, () => [])
  const bodies: Array<object> = []
  const asked: Array<object | false | null> = []
  for (const { events, log, row } of writes) {
    // If only a cursor of a conversation moved, the conversation is not locked, and its row stays as it is.
    if (events.length === 0) continue
    logs?.push(log)
    heads?.push(row.head)
    ats?.push(row.lastAt)
    for (const stored of events) {
      const { at, by: author, id, kind, seq, ...body } = stored.event
      eventLogs?.push(log)
      seqs?.push(seq)
      ids?.push(id)
      by?.push(author)
      devices?.push(stored.device ?? none)
      eventAts?.push(at)
      kinds?.push(kind)
      targets?.push("target" in body ? body.target : none)
      revs?.push(isRow(kind) ? seq : none)
      bodies.push(body)
      asked.push(stored.asked ?? null)
    }
  }
  const more = moreWritten(
    writes.filter(({ hasOnlyEvents }) => !hasOnlyEvents),
    now
  )
  return [
    ...[logs, heads, ats, eventLogs, seqs, ids, by, devices, eventAts, kinds, targets, revs].map((list) =>
      arrayOf(list ?? [])
    ),
    JSON.stringify(bodies),
    asked.some((body) => body !== null) ? JSON.stringify(asked) : null,
    Object.keys(more).length === 0 ? null : JSON.stringify(more)
  ]
}

const listed = (name: string, list: ReadonlyArray<object>): object => (list.length === 0 ? {} : { [name]: list })

/** Arrays for one set statement: beside events, read cursors make up by far most of the writes. */
const movedCursors = (writes: ReadonlyArray<LogWrites>, now: number): object => {
  const moved = writes.flatMap(({ log, moved }) =>
    moved.map(([userId, { flags: set, mark, readUpTo }]) => [
      userId,
      log,
      readUpTo,
      mark?.at ?? none,
      mark?.seq ?? none,
      ...flags.map((flag) => String(set.has(flag)))
    ])
  )
  const [first] = moved
  return first === undefined
    ? {}
    : { now, moved: first.map((_, column) => arrayOf(moved.map((entry) => entry[column] ?? none))) }
}

/** Lists the entries of all logs. */
const eachOf =
  (writes: ReadonlyArray<LogWrites>) =>
  <A>(of: (log: LogWrites) => Iterable<A>, entry: (one: A, log: ConversationId) => object) =>
    writes.flatMap((log) => Array.from(of(log), (one) => entry(one, log.log)))

/** Who is a member, with their cursors, and who may not become one. */
const peopleWritten = (writes: ReadonlyArray<LogWrites>, now: number): object => {
  const each = eachOf(writes)
  return {
    ...listed(
      "members",
      each(
        ({ members }) => members,
        ([userId, membership], log) => ({
          log,
          user_id: userId,
          role: membership?.role,
          joined: membership?.joinedSeq,
          posted: membership?.postedAt
        })
      )
    ),
    ...listed(
      "cursors",
      each(
        ({ cursors }) => cursors,
        ([userId, cursor], log) => ({
          log,
          user_id: userId,
          read: cursor?.readUpTo,
          marked: cursor?.mark?.at,
          marked_seq: cursor?.mark?.seq,
          at: now,
          ...Object.fromEntries(flags.map((flag) => [flag, cursor?.flags.has(flag) === true]))
        })
      )
    ),
    ...movedCursors(writes, now),
    ...listed(
      "bans",
      each(
        ({ bans }) => bans,
        ([userId, ban], log) => ({ log, user_id: userId, by_user: ban?.by, at: ban?.at })
      )
    )
  }
}

const moreWritten = (writes: ReadonlyArray<LogWrites>, now: number): object => {
  const each = eachOf(writes)
  return {
    ...listed(
      "created",
      writes.filter(({ isCreated }) => isCreated).map(({ log, row: { history, kind } }) => ({ id: log, kind, history }))
    ),
    ...listed(
      "conversations",
      writes
        .filter(({ hasChangedRow }) => hasChangedRow)
        .map(({ log, row: { closed, members, rules, title } }) => ({
          id: log,
          title,
          members,
          closed,
          who_posts: rules.post,
          who_adds: rules.add,
          slow_seconds: rules.slowSeconds
        }))
    ),
    ...listed(
      "rows",
      each(
        ({ rows }) => rows,
        ([seq, { deleted, editedAt, pinned, rev, text }], log) => ({
          log,
          seq,
          rev,
          text,
          at: editedAt,
          deleted,
          pinned
        })
      )
    ),
    ...listed(
      "blanked",
      each(
        ({ blanked }) => blanked,
        (seq, log) => ({ log, seq })
      )
    ),
    ...listed(
      "reactions",
      each(
        ({ reactions }) => reactions,
        ({ emoji, on, seq, userId }, log) => ({ log, seq, emoji, user_id: userId, on })
      )
    ),
    ...peopleWritten(writes, now),
    ...listed(
      "decided",
      each(
        ({ decided }) => decided,
        ([id, { by, code }], log) => ({ log, id, by_user: by, code, at: now })
      )
    )
  }
}
