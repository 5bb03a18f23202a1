/**
 * Answers the console's questions about this process. Notes its readings once a second; all else is read when somebody
 * asks.
 */
import { Clock, Effect, Metric, type Scope } from "effect"
import type { CommandId } from "../domain/Ids.ts"
import { repeatEvery } from "../fibers/repeating.ts"
import { monotonicMs } from "../fibers/Time.ts"
import type { SocketFacts } from "../gateway/device/DeviceSession.ts"
import type { ActorInfo, ActorSystemApi } from "../kernel/Behaviour.ts"
import { insertLeader, type Leader } from "../kernel/insertLeader.ts"
import { beforeLook } from "../metrics/declareMetric.ts"
import { Inspection } from "../ports/Inspection.ts"
import { MessageTraces, type MessageTracesApi } from "../ports/MessageTraces.ts"
import { Secrets } from "../ports/Secrets.ts"
import type {
  ActorRow,
  ActorsFilter,
  AnswerBody,
  ProcessIdentity,
  Question,
  SocketRow,
  SocketsFilter
} from "../protocol/Inspection.ts"
import { inspectionLimits } from "../protocol/InspectionLimits.ts"
import { columns, readColumns, readPath, secondOf, type Vitals } from "./readings.ts"
import { SecondRing } from "./SecondRing.ts"

/** The parts of a process that can be looked at. A role lacks some of them. */
export interface InspectedParts {
  readonly identity: ProcessIdentity
  /** Called once a second. `isWatched`: somebody has asked lately, so a reading may cost something. */
  readonly vitals: (isWatched: boolean) => Vitals
  readonly actors?: Pick<ActorSystemApi, "top" | "now"> | undefined
  readonly sockets?: (() => Iterable<SocketFacts>) | undefined
}

/** The most numbers of history in an answer, so that it stays below its bytes. */
const numbersMax = 8_000
/** For how long after a question a process counts as watched (ms). */
const watchedForMs = 10_000
/** Sockets that are visited in one turn. */
const sliceSize = 1_024
/** The longest text of a failure, in characters: it may quote what failed. */
const failureMax = 120

const seen = Effect.zipRight(Effect.sync(beforeLook), Metric.snapshot)

/** Serves for as long as the scope lives. */
export const makeInspector = (parts: InspectedParts): Effect.Effect<void, never, Scope.Scope | Inspection | Secrets> =>
  Effect.gen(function* () {
    const inspection = yield* Inspection
    const secrets = yield* Secrets
    const traces = yield* MessageTraces
    const ring = new SecondRing(inspectionLimits.historySeconds, columns.length)
    let askedAtMs = Number.NEGATIVE_INFINITY
    const vitals = (nowMs: number) => parts.vitals(nowMs - askedAtMs < watchedForMs)
    yield* noteEverySecond(vitals, ring)
    const answer = (question: Question): Effect.Effect<AnswerBody> => {
      switch (question._tag) {
        case "Process":
          return Effect.sync(() => ({ _tag: "Process", columns, seconds: ring.last(question.seconds, numbersMax) }))
        case "Actors":
          return actorsOf(parts, secrets, question)
        case "Sockets":
          return socketsOf(parts, secrets, question)
        case "Path":
          return Effect.map(seen, (pairs) => ({ _tag: "Path", steps: readPath(pairs) }))
        case "Trace":
          return Effect.map(Clock.currentTimeMillis, (at) => traceOf(traces, secrets, question.id, at))
      }
    }
    yield* inspection.serve((question) =>
      Effect.gen(function* () {
        askedAtMs = yield* monotonicMs
        const body = yield* answer(question)
        return { ...parts.identity, at: yield* Clock.currentTimeMillis, body }
      })
    )
  })

const noteEverySecond = (vitals: (nowMs: number) => Vitals, ring: SecondRing) =>
  Effect.gen(function* () {
    let before = readColumns(yield* seen, vitals(yield* monotonicMs))
    let noted = 0
    const note = Effect.gen(function* () {
      const second = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
      // A clock that was set back, or a timer that came early: its second is in the ring already.
      if (second <= noted && noted - second < inspectionLimits.historySeconds) return
      const now = readColumns(yield* seen, vitals(yield* monotonicMs))
      ring.add(second, secondOf(before, now))
      before = now
      noted = second
    })
    yield* note.pipe(
      repeatEvery("1 second", "A process could not note its readings"),
      Effect.delay("1 second"),
      Effect.forkScoped
    )
  })

const traceOf = (traces: MessageTracesApi, secrets: Secrets["Type"], id: CommandId, atMs: number): AnswerBody => ({
  _tag: "Trace",
  rows: traces
    .of(id)
    .slice(-inspectionLimits.rowsMax)
    .map(({ at, code, deviceId, log, seq, station, userId }) => ({
      station,
      at,
      log,
      seq,
      user: userId === undefined ? undefined : secrets.seal(userId, atMs),
      device: deviceId === undefined ? undefined : secrets.seal(deviceId, atMs),
      code
    }))
})

/** An id in a path. */
const idInPath = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const sealedInPath = /[\w-]{22}\d/g

/** Returns the path of an actor that the console showed with pseudonyms. */
export const openedPath = (path: string, secrets: Secrets["Type"], atMs: number): string =>
  path.replace(sealedInPath, (sealed) => secrets.open(sealed, atMs) ?? sealed)

/** A device's path up to its socket, without the pseudonyms of user, device and instance. */
const socketsPlace = "user//device///"

/**
 * Returns what a filter's path is in the process. Undefined where it has an id, or a part of one, in place of a whole
 * pseudonym: its answer would tell whether that person is here.
 */
const filteredPath = (prefix: string, secrets: Secrets["Type"], atMs: number): string | undefined => {
  const rest = prefix.replace(sealedInPath, (sealed) => (secrets.open(sealed, atMs) === undefined ? sealed : ""))
  const isWhole = socketsPlace.startsWith(rest) || rest.startsWith(socketsPlace)
  if (rest.startsWith("user/") && !isWhole) return undefined
  return openedPath(prefix, secrets, atMs)
}

const actorsOf = (
  { actors }: InspectedParts,
  secrets: Secrets["Type"],
  { kind, limit, orderBy, prefix, state }: ActorsFilter
): Effect.Effect<AnswerBody> =>
  Effect.gen(function* () {
    if (actors === undefined) return { _tag: "Actors", total: 0, rows: [] }
    const at = yield* Clock.currentTimeMillis
    const path = filteredPath(prefix, secrets, at)
    if (path === undefined) return { _tag: "Actors", total: 0, rows: [] }
    const filter = {
      prefix: path,
      limit,
      ...(kind === undefined ? {} : { kind }),
      ...(state === undefined ? {} : { state })
    }
    const { rows, total } = yield* actors.top(filter, orderBy)
    const onWall = (atMs: number) => Math.max(0, Math.floor(at - (actors.now() - atMs)))
    const sealed = (path: string) => path.replace(idInPath, (id) => secrets.seal(id, at))
    return { _tag: "Actors", total, rows: rows.map((row) => actorRow(row, sealed, onWall)) }
  })

const actorRow = (
  { depth, handled, kind, label, lastFailure, path, restarts, state }: ActorInfo,
  sealed: (text: string) => string,
  onWall: (atMs: number) => number
): ActorRow => ({
  path: sealed(path),
  kind,
  label,
  state,
  depth,
  handled,
  restarts,
  ...(lastFailure === undefined
    ? {}
    : { lastFailure: { at: onWall(lastFailure.atMs), error: lastFailure.error.slice(0, failureMax) } })
})

const socketValue = (socket: SocketFacts, orderBy: SocketsFilter["orderBy"]): number =>
  orderBy === "unsent" ? socket.unsent : orderBy === "silent" ? socket.silentMs : socket.pending

const socketsOf = (
  { sockets }: InspectedParts,
  secrets: Secrets["Type"],
  { limit, orderBy }: SocketsFilter
): Effect.Effect<AnswerBody> =>
  Effect.gen(function* () {
    if (sockets === undefined) return { _tag: "Sockets", total: 0, rows: [] }
    const at = yield* Clock.currentTimeMillis
    const leaders: Array<Leader<SocketFacts>> = []
    let total = 0
    for (const item of sockets()) {
      if (++total % sliceSize === 0) yield* Effect.yieldNow()
      insertLeader(leaders, { item, rank: socketValue(item, orderBy) }, limit)
    }
    const rows = leaders.map(
      ({ item: { deviceId, userId, ...socket } }): SocketRow => ({
        ...socket,
        user: secrets.seal(userId, at),
        device: secrets.seal(deviceId, at)
      })
    )
    return { _tag: "Sockets", total, rows }
  })
