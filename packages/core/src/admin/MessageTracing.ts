/**
 * Tells an administrator where a message was, down to each device of the people who should get it. Everybody who
 * appears in the answer finds it in their activity, and the audit log has it, before the answer is given.
 */
import { Clock, Effect, type Redacted } from "effect"
import { shownAddress } from "../accounts/AccountNetworks.ts"
import { AccountPolicy } from "../accounts/AccountPolicy.ts"
import { makeSpend } from "../accounts/makeSpend.ts"
import { SignIns } from "../accounts/SignIns.ts"
import { spelled } from "../domain/Handle.ts"
import { type CommandId, ConversationId, DeviceId, UserId } from "../domain/Ids.ts"
import {
  type MessageRecord,
  type MessageTrace,
  type TracedPerson,
  type TracedPush,
  type TracedStation,
  tracedDevicesMax,
  tracedPeopleMax,
  type traceReasons
} from "../domain/MessageTrace.ts"
import { Activities } from "../ports/Activities.ts"
import { AdminDirectory } from "../ports/AdminDirectory.ts"
import { AuditLog } from "../ports/AuditLog.ts"
import { DeviceCursors } from "../ports/DeviceCursors.ts"
import { Devices } from "../ports/Devices.ts"
import { Inspection } from "../ports/Inspection.ts"
import { type PushFacts, PushStore } from "../ports/PushStore.ts"
import { Secrets } from "../ports/Secrets.ts"
import { type Account, Users } from "../ports/Users.ts"
import type { Identity } from "../protocol/rpc/AuthMiddleware.ts"
import { NotFound } from "../protocol/rpc/RpcErrors.ts"
import { type StationFound, stationsOf } from "./tracedStations.ts"

export interface TraceAsked {
  readonly messageId: CommandId
  readonly reason: (typeof traceReasons)[number]
  readonly password: Redacted.Redacted
  /** Only the author and this person. */
  readonly handle?: string | undefined
}

/** People that are read from the stores at the same time. */
const atOnce = 4

export class MessageTracing extends Effect.Service<MessageTracing>()("@hibiki/core/admin/MessageTracing", {
  effect: Effect.suspend(() =>
    Effect.gen(function* () {
      const [{ limits, logAddresses }, spend, { proveAgain }] = [yield* AccountPolicy, yield* makeSpend, yield* SignIns]
      const [audit, activities, gather] = [yield* AuditLog, yield* Activities, yield* makeGather]

      /** `NotFound`: neither the store nor a process knows this message. */
      const trace = Effect.fn("MessageTracing.trace")(function* (
        caller: Identity,
        address: string,
        { handle, messageId, password, reason }: TraceAsked
      ) {
        yield* spend(limits.adminUser, caller.userId)
        const note = {
          actor: caller.userId,
          origin: shownAddress(logAddresses, address) ?? "",
          act: "message.trace",
          targets: { message: messageId, reason }
        } as const
        const failed = (outcome: string) => audit.append(note, outcome)
        yield* Effect.tapErrorTag(proveAgain(caller, password, address), "SignInFailed", () => failed("wrong_password"))
        yield* Effect.tapErrorTag(spend(limits.traceUser, caller.userId), "RateLimited", () => failed("limited"))
        const found = yield* gather(messageId, handle)
        if (found === undefined) {
          yield* failed("not_found")
          return yield* new NotFound()
        }
        const { log, trace } = found
        const people = trace.people.map(({ userId }) => userId)
        const targets = { ...note.targets, conversation: log, count: String(people.length) }
        yield* audit.act({ ...note, targets }, activities.traced(people), () => undefined)
        return trace
      })
      return { trace } as const
    })
  )
}) {}

const makeGather = Effect.gen(function* () {
  const [directory, inspection, secrets] = [yield* AdminDirectory, yield* Inspection, yield* Secrets]
  const [findPeople, personOf] = [yield* makeFindPeople, yield* makePersonOf]

  return Effect.fnUntraced(function* (messageId: CommandId, handle: string | undefined) {
    const record = yield* directory.message(messageId)
    const from = yield* Clock.currentTimeMillis
    const { alone, answers, heard } = yield* inspection.ask({ _tag: "Trace", id: messageId })
    const until = yield* Clock.currentTimeMillis
    const stations = stationsOf(answers, { from, until }, (pseudonym) => secrets.open(pseudonym, until))
    const place = placeOf(record, stations)
    if (place === undefined) return undefined
    const { accounts, others } = yield* findPeople(place, handle)
    const people = yield* Effect.forEach(accounts, (account) => personOf(account, place, until), {
      concurrency: atOnce
    })
    const trace: MessageTrace = {
      messageId,
      ...(record === undefined ? {} : { record }),
      people,
      others,
      stations: stations.flatMap(ofThese(new Set(people.map(({ userId }) => userId)))),
      silent: Math.max(0, heard - answers.length),
      alone
    }
    return { log: place.log, trace }
  })
})

/** The conversation of a message. */
interface MessagePlace {
  readonly log: ConversationId
  readonly by: UserId | undefined
  /** Undefined: it is not stored. */
  readonly seq: number | undefined
}

/** A message that is not stored has its place from the processes that had it. */
const placeOf = (
  record: MessageRecord | undefined,
  stations: ReadonlyArray<StationFound>
): MessagePlace | undefined => {
  if (record !== undefined) return { log: record.conversationId, by: record.by, seq: record.seq }
  const log = stations[0]?.log
  if (log === undefined) return undefined
  const by = stations.find(({ userId }) => userId !== undefined)?.userId
  return {
    log: ConversationId.make(log),
    by: by === undefined ? undefined : UserId.make(by),
    seq: stations.find(({ seq }) => seq !== undefined)?.seq
  }
}

/** Leaves out what concerns anybody else: they have no entry. */
const ofThese =
  (people: ReadonlySet<string>) =>
  ({ deviceId, log: _log, userId, ...station }: StationFound): ReadonlyArray<TracedStation> => {
    if (userId === undefined) return deviceId === undefined ? [station] : []
    if (!people.has(userId)) return []
    const device = deviceId === undefined ? {} : { deviceId: DeviceId.make(deviceId) }
    return [{ ...station, userId: UserId.make(userId), ...device }]
  }

const makeFindPeople = Effect.gen(function* () {
  const [directory, users] = [yield* AdminDirectory, yield* Users]

  /** The author, and either the named person or members in the order of their handles. */
  return Effect.fnUntraced(function* ({ by, log }: MessagePlace, handle: string | undefined) {
    const conversation = yield* directory.conversation(log)
    const wanted = yield* Effect.gen(function* () {
      if (handle === undefined) return (yield* directory.members(log, "", tracedPeopleMax)).map(({ userId }) => userId)
      const spelt = spelled(handle)
      const found = spelt === undefined ? undefined : yield* users.byHandle(spelt)
      return found === undefined ? [] : [found.userId]
    })
    const ids = [...new Set([...(by === undefined ? [] : [by]), ...wanted])].slice(0, tracedPeopleMax)
    const found = new Map((yield* users.byIds(ids)).map((account) => [account.userId, account]))
    const accounts = ids.flatMap((id) => found.get(id) ?? [])
    return { accounts, others: Math.max(0, (conversation?.members ?? 0) - accounts.length) }
  })
})

const makePersonOf = Effect.gen(function* () {
  const [devices, cursors, pushes] = [yield* Devices, yield* DeviceCursors, yield* PushStore]

  return Effect.fnUntraced(function* (
    { displayName, handle, userId }: Account,
    { log, seq }: MessagePlace,
    now: number
  ) {
    const facts = yield* pushes.facts(log, userId)
    const listed = (yield* devices.list(userId, now)).slice(0, tracedDevicesMax)
    const held = yield* Effect.forEach(listed, ({ deviceId, kind, name }) =>
      Effect.map(cursors.of(deviceId, [log]), ([receivedUpTo = 0]) => ({ deviceId, name, kind, receivedUpTo }))
    )
    const { isMember, isMuted, lookAt, readUpTo } = facts
    return {
      userId,
      handle,
      displayName,
      member: isMember,
      muted: isMuted,
      readUpTo,
      devices: held,
      pushes: seq === undefined ? [] : pushesFor(facts, seq),
      ...(lookAt === undefined ? {} : { lookAt })
    } satisfies TracedPerson
  })
})

/** The pushes for what was unread up to this message or a later one: the oldest first. */
export const pushesFor = (
  { owed, records }: Pick<PushFacts, "owed" | "records">,
  seq: number
): ReadonlyArray<TracedPush> =>
  [
    ...records.map(({ at, deviceId, seq: upTo, what }) => ({ deviceId, at, seq: upTo, what })),
    ...owed.map(({ deviceId, dueAt, owedAt, seq: upTo, state }) => ({
      deviceId,
      at: dueAt ?? owedAt,
      seq: upTo,
      what: state
    }))
  ]
    .filter(({ seq: upTo }) => upTo >= seq)
    .sort((a, b) => a.at - b.at)
