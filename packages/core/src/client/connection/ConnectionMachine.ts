/**
 * Decides when a client opens, keeps and closes its socket: a pure state machine. Time and chance come in with each
 * input; actions come out as data.
 */

import type { DeviceId, Epoch, InstanceId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import { type ClientFrame, type CursorPair, ProtocolVersion } from "../../protocol/ClientFrame.ts"
import { CloseCodes, comeBackAfter } from "../../protocol/CloseCode.ts"
import type { ServerFrame } from "../../protocol/ServerFrame.ts"

export type ConnectionStatus =
  /** Not started, or the platform reports no network; in the second case it still tries, rarely. */
  | { readonly _tag: "offline" }
  | { readonly _tag: "connecting" }
  /** Welcomed; the missed events are on their way. */
  | { readonly _tag: "syncing" }
  | { readonly _tag: "live" }
  | { readonly _tag: "waiting"; readonly until: number }
  /** Nothing happens until the next `start`. */
  | { readonly _tag: "stopped"; readonly reason: StopReason }

export const connectionTimes = {
  /** The first wait is 0 to this long, the next 0 to twice that, ... */ firstWaitMs: 2_000,
  longestWaitMs: 30_000,
  /** Timeout for a ticket, */ ticketMs: 10_000,
  /** then for an open socket: a server that does not answer by then may be stalled, and the next try finds another, */
  openMs: 5_000,
  /** and for a welcome after hello. A busy server may take up to 15 s from the opening. */ welcomeMs: 15_000,
  /** After this silence a visible client pings; after as much again it redials. */ silenceMs: 5_000,
  hiddenSilenceMs: 60_000,
  hiddenAnswerMs: 10_000,
  /** While the network is reported lost, a ping must be answered within this time. */ lostAnswerMs: 2_000,
  /** A connection that lasted this long was a good one: the back-off starts again. */ goodAfterMs: 5_000,
  /**
   * After a connection that got live and ended earlier, the back-off continues as after at most this many failed tries.
   */
  failuresAfterLive: 2,
  /** A resume ticket is not used this close to its expiry. */ resumeMarginMs: 15_000,
  /** The longest delay that a server may ask for. */ longestAskedMs: 60_000
} as const

export type Stepped = readonly [ConnectionState, ReadonlyArray<ConnectionEffect>]

/** `chance` is in [0, 1). */
export const stepConnection = (
  state: ConnectionState,
  input: ConnectionInput,
  now: number,
  chance: number
): Stepped => {
  switch (input._tag) {
    case "start":
      return state.phase === "idle" || state.phase === "stopped"
        ? attemptNow({ ...state, failures: 0, stopped: undefined, replaced: false }, now)
        : [state, []]
    case "leave":
      return [{ ...state, phase: "idle", timerAt: undefined, stopped: undefined }, hangUp(state, 1000)]
    case "retryNow":
      return state.phase === "waiting" ? attemptNow(state, now) : [state, []]
    case "timer":
      return onTimer(state, now, chance)
    case "visible":
      return onHint({ ...state, visible: input.visible }, input.visible && !state.visible, now, chance)
    case "online": {
      const next = { ...state, online: input.online }
      return state.online && !input.online
        ? onLost(next, now)
        : onHint(next, input.online && !state.online, now, chance)
    }
    case "ticket":
    case "noTicket":
    case "opened":
    case "closed":
    case "frame":
      // Ignore late inputs of an earlier attempt, so that there is at most one socket.
      return input.attempt === state.attempt ? onAttempt(state, input, now, chance) : [state, []]
  }
}

export const connectionStatus = (state: ConnectionState): ConnectionStatus => {
  switch (state.phase) {
    case "idle":
      return { _tag: "offline" }
    case "ticket":
    case "opening":
    case "greeting":
      return { _tag: "connecting" }
    case "waiting":
      return state.online ? { _tag: "waiting", until: state.timerAt ?? 0 } : { _tag: "offline" }
    case "stopped":
      return { _tag: "stopped", reason: state.stopped ?? "signedOut" }
    default:
      return { _tag: state.phase }
  }
}

type OfAttempt = Extract<ConnectionInput, { readonly attempt: number }>

const onAttempt = (state: ConnectionState, input: OfAttempt, now: number, chance: number): Stepped => {
  switch (input._tag) {
    case "ticket":
      return state.phase === "ticket" ? openSocket({ ...state, ticket: input.ticket }, now) : [state, []]
    case "noTicket":
      if (state.phase !== "ticket") return [state, []]
      return input.signedOut ? stop(state, "signedOut", []) : wait(state, now, chance, input.retryAfterMs ?? 0)
    case "opened":
      return state.phase === "opening" ? greet(state, now) : [state, []]
    case "closed":
      return hasSocket(state) ? onClosed(state, input.code, now, chance) : [state, []]
    case "frame":
      return hasSocket(state)
        ? onFrame({ ...state, heardAt: now, pingedAt: undefined }, input.frame, now, chance)
        : [state, []]
  }
}

const onFrame = (heard: ConnectionState, frame: ServerFrame | undefined, now: number, chance: number): Stepped => {
  switch (frame?.op) {
    case "welcome":
      if (heard.phase !== "greeting") break
      return [
        watch({
          ...withResume(heard, frame.resumeTicket, frame.resumeTicketTtlMs, now),
          phase: "syncing",
          welcomedAt: now
        }),
        []
      ]
    case "live":
      return heard.phase === "syncing" ? [watch({ ...heard, phase: "live" }), []] : [heard, []]
    case "pong":
      if (frame.resumeTicket === undefined) break
      return [watch(withResume(heard, frame.resumeTicket, frame.resumeTicketTtlMs ?? 0, now)), []]
    case "revoked":
      return stop(heard, "revoked", hangUp(heard, 1000))
    case "moving": {
      const [waiting] = wait({ ...heard, failures: 0 }, now, chance, 0)
      const delayMs = Math.min(frame.retryAfterMs, connectionTimes.longestAskedMs)
      return [{ ...waiting, failures: 0, timerAt: now + delayMs }, hangUp(heard, 1000)]
    }
  }
  return [watch(heard), []]
}

const onTimer = (state: ConnectionState, now: number, chance: number): Stepped => {
  if (state.timerAt === undefined || now < state.timerAt) return [state, []]
  switch (state.phase) {
    case "waiting":
      return attemptNow(state, now)
    case "ticket":
    case "opening":
    case "greeting":
      return wait(state, now, chance, 0, hangUp(state, 1000))
    case "syncing":
    case "live":
      return state.pingedAt === undefined ? ping(state, now) : wait(state, now, chance, 0, hangUp(state, 1000))
    case "idle":
    case "stopped":
      return [{ ...state, timerAt: undefined }, []]
  }
}

const onClosed = (state: ConnectionState, code: number, now: number, chance: number): Stepped => {
  switch (comeBackAfter(code)) {
    case "no":
      return code === CloseCodes.replaced.code && !(state.replaced && !wasGood(state, now))
        ? wait({ ...state, replaced: true }, now, chance, 0)
        : stop(state, reasonOf(code), [])
    case "ticket":
      // A restarted server does not know older resume tickets, and a refusal of one says nothing else about the server.
      // So fetch a ticket and try at once. This happens at most once per welcome: only a welcomed socket gets a resume
      // ticket, and a refused fetched ticket waits.
      return state.phase === "greeting" && state.resumed
        ? attemptNow({ ...state, resume: undefined }, now)
        : wait({ ...state, resume: undefined }, now, chance, 0)
    case "jittered":
      return wait(state, now, chance, 0)
  }
}

const reasonOf = (code: number): StopReason =>
  code === CloseCodes.replaced.code
    ? "replaced"
    : code === CloseCodes.revoked.code
      ? "revoked"
      : code === CloseCodes.version.code
        ? "version"
        : "bad_frame"

/**
 * An instance has one socket at a time, so `replaced` has two possible causes. Either the other socket is an abandoned
 * one of this instance whose hello the server processed late: then reconnecting once is enough. Or somebody runs a copy
 * of this instance. The two would replace each other for ever, so this one stops the second time.
 */
const wasGood = (state: ConnectionState, now: number): boolean =>
  isWelcomed(state) && now - state.welcomedAt >= connectionTimes.goodAfterMs

/** The page became visible or the network returned. These are hints, so they only speed things up. */
const onHint = (state: ConnectionState, better: boolean, now: number, chance: number): Stepped => {
  if (isWelcomed(state)) {
    if (better && state.pingedAt === undefined && now - state.heardAt >= 1_000) return ping(state, now)
    return [watch(state), []]
  }
  if (state.phase !== "waiting" || state.timerAt === undefined) return [state, []]
  // The browser reports that there is no network. This is a hint, so tries continue, slowly.
  if (!state.online) return [state, []]
  return better ? [{ ...state, timerAt: Math.min(state.timerAt, now + chance * 500) }, []] : [state, []]
}

/**
 * The platform reports that the network is lost, which may be wrong: ping an open connection at once, and make tries
 * rare.
 */
const onLost = (state: ConnectionState, now: number): Stepped => {
  if (isWelcomed(state)) return state.pingedAt === undefined ? ping(state, now) : [watch(state), []]
  return state.phase === "waiting" && state.timerAt !== undefined
    ? [{ ...state, timerAt: Math.max(state.timerAt, now + connectionTimes.longestWaitMs) }, []]
    : [state, []]
}

const ping = (state: ConnectionState, now: number): Stepped => [
  watch({ ...state, pingedAt: now }),
  [{ _tag: "ping", attempt: state.attempt }]
]

/** Sets the timer by which the connection must have received something. */
const watch = (state: ConnectionState): ConnectionState => {
  if (!isWelcomed(state)) return state
  const answerMs = !state.online
    ? connectionTimes.lostAnswerMs
    : state.visible
      ? connectionTimes.silenceMs
      : connectionTimes.hiddenAnswerMs
  const silenceMs = state.visible ? connectionTimes.silenceMs : connectionTimes.hiddenSilenceMs
  return { ...state, timerAt: state.pingedAt === undefined ? state.heardAt + silenceMs : state.pingedAt + answerMs }
}

const attemptNow = (state: ConnectionState, now: number): Stepped => {
  const next: ConnectionState = { ...state, attempt: state.attempt + 1, pingedAt: undefined, ticket: undefined }
  if (next.resume !== undefined && now < next.resume.until) return openSocket(next, now)
  return [
    { ...next, phase: "ticket", resume: undefined, timerAt: now + connectionTimes.ticketMs },
    [{ _tag: "fetchTicket", attempt: next.attempt }]
  ]
}

/**
 * A ticket works once: drop it when a hello carries it, whatever the outcome. A socket that never opened costs no
 * resume ticket.
 */
const greet = (state: ConnectionState, now: number): Stepped => {
  const ticket = state.ticket ?? state.resume?.ticket
  if (ticket === undefined) return [state, []]
  const resume = state.ticket === undefined ? undefined : state.resume
  const greeting: ConnectionState = {
    ...state,
    phase: "greeting",
    ticket: undefined,
    resume,
    resumed: state.ticket === undefined,
    heardAt: now,
    timerAt: now + connectionTimes.welcomeMs
  }
  return [greeting, [{ _tag: "hello", attempt: state.attempt, ticket }]]
}

const openSocket = (state: ConnectionState, now: number): Stepped => [
  { ...state, phase: "opening", timerAt: now + connectionTimes.openMs },
  [{ _tag: "open", attempt: state.attempt }]
]

const wait = (
  state: ConnectionState,
  now: number,
  chance: number,
  leastMs: number,
  effects: ReadonlyArray<ConnectionEffect> = []
): Stepped => {
  // A connection that got live and ended early reached a server that runs but has trouble. Retry it sooner than a
  // server that does not answer.
  const failures = wasGood(state, now)
    ? 0
    : state.phase === "live"
      ? Math.min(state.failures, connectionTimes.failuresAfterLive)
      : state.failures
  const window = Math.min(connectionTimes.longestWaitMs, connectionTimes.firstWaitMs * 2 ** Math.min(failures, 10))
  const delay = Math.max(
    state.online ? chance * window : connectionTimes.longestWaitMs,
    Math.min(leastMs, connectionTimes.longestAskedMs)
  )
  // Drop a fetched ticket that no hello carried: it would expire before the next one.
  return [
    {
      ...state,
      phase: "waiting",
      failures: failures + 1,
      timerAt: now + delay,
      ticket: undefined,
      pingedAt: undefined
    },
    effects
  ]
}

const stop = (state: ConnectionState, stopped: StopReason, effects: ReadonlyArray<ConnectionEffect>): Stepped => [
  {
    ...state,
    phase: "stopped",
    stopped,
    timerAt: undefined,
    ticket: undefined,
    resume: undefined,
    pingedAt: undefined
  },
  effects
]

const hasSocket = (state: ConnectionState): boolean =>
  state.phase === "opening" || state.phase === "greeting" || isWelcomed(state)

const hangUp = (state: ConnectionState, code: number): ReadonlyArray<ConnectionEffect> =>
  hasSocket(state) ? [{ _tag: "close", attempt: state.attempt, code }] : []

const withResume = (state: ConnectionState, ticket: string, ttlMs: number, now: number): ConnectionState => ({
  ...state,
  resume: { ticket, until: now + ttlMs - connectionTimes.resumeMarginMs }
})

/** The connection machine's data: a connection's state, its inputs and the actions it asks for. */
type StopReason =
  /** A newer socket of the same device and instance took over. */
  | "replaced"
  /** The device was revoked or its account disabled. */
  | "revoked"
  /** The server speaks none of this client's versions. */
  | "version"
  /** No session: the person must sign in again. */
  | "signedOut"
  /** The server could not read what this client sent. */
  | "bad_frame"

export type ConnectionInput =
  | { readonly _tag: "start" }
  /** The client disconnects on purpose. */
  | { readonly _tag: "leave" }
  | { readonly _tag: "ticket"; readonly attempt: number; readonly ticket: string }
  | { readonly _tag: "noTicket"; readonly attempt: number; readonly signedOut: boolean; readonly retryAfterMs?: number }
  | { readonly _tag: "opened"; readonly attempt: number }
  | { readonly _tag: "closed"; readonly attempt: number; readonly code: number }
  /** Any message, even one that could not be decoded. */
  | { readonly _tag: "frame"; readonly attempt: number; readonly frame: ServerFrame | undefined }
  /** The time in `timerAt` has come. */
  | { readonly _tag: "timer" }
  | { readonly _tag: "visible"; readonly visible: boolean }
  | { readonly _tag: "online"; readonly online: boolean }
  /** A person asked for a retry at once. */
  | { readonly _tag: "retryNow" }

export type ConnectionEffect =
  | { readonly _tag: "fetchTicket"; readonly attempt: number }
  | { readonly _tag: "open"; readonly attempt: number }
  | { readonly _tag: "hello"; readonly attempt: number; readonly ticket: string }
  | { readonly _tag: "ping"; readonly attempt: number }
  /** The attempt ends here: ignore everything that its socket still reports. */
  | { readonly _tag: "close"; readonly attempt: number; readonly code: number }

type Phase = "idle" | "ticket" | "opening" | "greeting" | "syncing" | "live" | "waiting" | "stopped"

export interface ConnectionState {
  readonly phase: Phase
  /** Numbers the tries; inputs of an earlier try are ignored. */
  readonly attempt: number
  /** Failed tries in a row. */
  readonly failures: number
  /** The time at which a `timer` input is wanted, or undefined. */
  readonly timerAt: number | undefined
  readonly ticket: string | undefined
  readonly resume: { readonly ticket: string; readonly until: number } | undefined
  /** The last hello carried a resume ticket. */
  readonly resumed: boolean
  readonly welcomedAt: number
  readonly heardAt: number
  readonly pingedAt: number | undefined
  readonly visible: boolean
  readonly online: boolean
  readonly stopped: StopReason | undefined
  /** Whether it has reconnected after it was replaced. */
  readonly replaced: boolean
}

export const initialConnection: ConnectionState = {
  phase: "idle",
  attempt: 0,
  failures: 0,
  timerAt: undefined,
  ticket: undefined,
  resume: undefined,
  resumed: false,
  welcomedAt: 0,
  heardAt: 0,
  pingedAt: undefined,
  visible: true,
  online: true,
  stopped: undefined,
  replaced: false
}

/** Whether log frames and commands may pass. */
export const isWelcomed = (state: ConnectionState): boolean => state.phase === "syncing" || state.phase === "live"

/** The most places that hello states. The server answers `behind` for a log whose place it does not receive. */
const statedMost = 10_000

export interface Greeting {
  readonly ticket: string
  readonly device: DeviceId
  readonly instance: InstanceId
  readonly epoch: Epoch | null
  readonly cursors: ReadonlyArray<CursorPair>
}

/** The first frames of a socket: the device's identity and its cursors. */
export const helloFrames = ({ cursors, device, epoch, instance, ticket }: Greeting): ReadonlyArray<ClientFrame> => {
  const all = cursors.slice(0, statedMost)
  const first = all.slice(0, Limits.cursorPairs)
  const frames: Array<ClientFrame> = [
    {
      op: "hello",
      version: ProtocolVersion.current,
      ticket,
      device,
      instance,
      epoch,
      cursors: first,
      last: all.length <= first.length
    }
  ]
  for (let at = Limits.cursorPairs; at < all.length; at += Limits.cursorPairs)
    frames.push({
      op: "cursors",
      pairs: all.slice(at, at + Limits.cursorPairs),
      last: at + Limits.cursorPairs >= all.length
    })
  return frames
}
