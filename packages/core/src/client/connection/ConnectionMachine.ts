/**
 * When a client opens, keeps and leaves its socket: a pure machine. Time and chance come in with each input; what is to
 * be done comes out as data.
 */

import type { DeviceId, Epoch, InstanceId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import { type ClientFrame, type CursorPair, ProtocolVersion } from "../../protocol/ClientFrame.ts"
import { CloseCodes, comeBackAfter } from "../../protocol/CloseCode.ts"
import type { ServerFrame } from "../../protocol/ServerFrame.ts"

export type ConnectionStatus =
  /** Not started, or the platform says that there is no network; then it still tries, seldom. */
  | { readonly _tag: "offline" }
  | { readonly _tag: "connecting" }
  /** Welcomed; what was missed is on its way. */
  | { readonly _tag: "syncing" }
  | { readonly _tag: "live" }
  | { readonly _tag: "waiting"; readonly until: number }
  /** Nothing more happens until `start`. */
  | { readonly _tag: "stopped"; readonly reason: StopReason }

export const connectionTimes = {
  /** The first wait is 0 to this long, the next 0 to twice that, ... */ firstWaitMs: 2_000,
  longestWaitMs: 30_000,
  /** Within which a ticket must come, */ ticketMs: 10_000,
  /**
   * then an open socket: what does not answer by then may be a server that stands still, and the next try finds
   * another,
   */
  openMs: 5_000,
  /** and a welcome after hello, which a busy server owes within 15 s of the opening. */ welcomeMs: 15_000,
  /** Silence after which a visible client pings, and redials when as much passes again. */ silenceMs: 5_000,
  hiddenSilenceMs: 60_000,
  hiddenAnswerMs: 10_000,
  /** While the network is said to be gone a ping's answer must come within this. */ lostAnswerMs: 2_000,
  /** A connection that lived so long was a good one: the back-off begins anew. */ goodAfterMs: 5_000,
  /** After one that got live and ended earlier, it goes on as after so many failed tries at most. */
  failuresAfterLive: 2,
  /** A resume ticket is not used so near its end. */ resumeMarginMs: 15_000,
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
      // What an earlier attempt still says is not heard, so that there is one socket at most.
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
      // A restarted server knows no resume ticket of before, which says nothing about the server: a fetched one is
      // tried at once. That happens once for each welcome at most, since only a welcomed socket is given a resume
      // ticket, and a refused one of those fetched waits.
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
 * An instance has one socket at a time. So what replaced it is either one of its own, which it had given up and whose
 * hello was taken up late: then coming back once is enough. Or somebody runs a copy of it: the two would replace each
 * other for ever, and the second time it is the one that stops.
 */
const wasGood = (state: ConnectionState, now: number): boolean =>
  isWelcomed(state) && now - state.welcomedAt >= connectionTimes.goodAfterMs

/** The page was shown or the network came back: hints, so they only make things happen sooner. */
const onHint = (state: ConnectionState, better: boolean, now: number, chance: number): Stepped => {
  if (isWelcomed(state)) {
    if (better && state.pingedAt === undefined && now - state.heardAt >= 1_000) return ping(state, now)
    return [watch(state), []]
  }
  if (state.phase !== "waiting" || state.timerAt === undefined) return [state, []]
  // The browser says that there is no network: what it says is a hint, and tries go on slowly.
  if (!state.online) return [state, []]
  return better ? [{ ...state, timerAt: Math.min(state.timerAt, now + chance * 500) }, []] : [state, []]
}

/** The network is said to be gone, which may be wrong: a connection is asked at once, and tries become seldom. */
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

/** Sets the timer by which a connection must have been heard. */
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
 * A ticket serves once: it is let go when a hello carries it, whatever becomes of that. A socket that never opened
 * costs no resume ticket.
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
  // One that got live and died young was at a server that is up again and troubled: worth coming back to sooner than to
  // one that does not answer.
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
  // A fetched ticket that no hello carried is let go: it would not live until the next.
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

/** A connection's state, what may happen to it, and what it asks for: data of the connection machine. */
type StopReason =
  /** A newer socket of the same device and instance took over. */
  | "replaced"
  /** The device was revoked or its account disabled. */
  | "revoked"
  /** The server speaks none of this client's versions. */
  | "version"
  /** No session: a person must sign in again. */
  | "signedOut"
  /** The server could not read what this client sent. */
  | "bad_frame"

export type ConnectionInput =
  | { readonly _tag: "start" }
  /** Leaves on purpose. */
  | { readonly _tag: "leave" }
  | { readonly _tag: "ticket"; readonly attempt: number; readonly ticket: string }
  | { readonly _tag: "noTicket"; readonly attempt: number; readonly signedOut: boolean; readonly retryAfterMs?: number }
  | { readonly _tag: "opened"; readonly attempt: number }
  | { readonly _tag: "closed"; readonly attempt: number; readonly code: number }
  /** Any message at all, also one that could not be used. */
  | { readonly _tag: "frame"; readonly attempt: number; readonly frame: ServerFrame | undefined }
  /** The time that `timerAt` named has come. */
  | { readonly _tag: "timer" }
  | { readonly _tag: "visible"; readonly visible: boolean }
  | { readonly _tag: "online"; readonly online: boolean }
  /** A person asked to try at once. */
  | { readonly _tag: "retryNow" }

export type ConnectionEffect =
  | { readonly _tag: "fetchTicket"; readonly attempt: number }
  | { readonly _tag: "open"; readonly attempt: number }
  | { readonly _tag: "hello"; readonly attempt: number; readonly ticket: string }
  | { readonly _tag: "ping"; readonly attempt: number }
  /** From here on the attempt is over: nothing that its socket says is heard. */
  | { readonly _tag: "close"; readonly attempt: number; readonly code: number }

type Phase = "idle" | "ticket" | "opening" | "greeting" | "syncing" | "live" | "waiting" | "stopped"

export interface ConnectionState {
  readonly phase: Phase
  /** Numbers the tries; what belongs to an earlier one is ignored. */
  readonly attempt: number
  /** Failed tries in a row. */
  readonly failures: number
  /** When a `timer` input is wanted, or undefined. */
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
  /** Whether it came back after it was replaced. */
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

/** Places stated in hello; what a server hears of no place in, it tells as behind. */
const statedMost = 10_000

export interface Greeting {
  readonly ticket: string
  readonly device: DeviceId
  readonly instance: InstanceId
  readonly epoch: Epoch | null
  readonly cursors: ReadonlyArray<CursorPair>
}

/** The first frames of a socket: who this is, and where it stands. */
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
