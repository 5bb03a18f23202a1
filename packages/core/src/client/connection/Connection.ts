/** A connection's state, what may happen to it, and what it asks for: data of the connection machine. */
import type { ServerFrame } from "../../protocol/ServerFrame.ts"

export type StopReason =
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
