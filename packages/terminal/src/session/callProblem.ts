/** The errors of a call, in words for a person. */
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import { ExitCode, failed, Problem } from "@hibiki/node/Problem"
import { Predicate } from "effect"

/** Failures of any call, as far as a person may see them. */
export interface CallError {
  readonly _tag: string
  readonly retryAfterMs?: number | undefined
  readonly code?: unknown
  readonly field?: unknown
  /** Why a source of the client's is unavailable: a failure of a call itself, as a rule. */
  readonly cause?: unknown
  readonly sentence?: string | undefined
}

export const callText = (error: CallError): string => {
  switch (error._tag) {
    case "Problem":
      return error.sentence ?? ""
    case "Unreachable":
      return "The server can't be reached now."
    case "SignedOut":
      return "This device is signed out."
    case "NotFound":
    case "SourceNotFound":
      return "There is no such thing here, or it is not for you."
    case "RateLimited":
      return `Too much at once: ${tryAgain(error)}`
    case "SourceUnavailable":
      return isCallError(error.cause) ? callText(error.cause) : awayText(error)
    case "Unavailable":
      return awayText(error)
    case "Refused":
      return refusalText(String(error.code))
    case "SignInFailed":
      return "The password is not right."
    case "BadCall":
      return badField(String(error.field))
    default:
      return `That did not work (${error._tag}).`
  }
}

export const callProblem = (error: CallError): Problem =>
  error._tag === "Unreachable"
    ? new Problem({
        sentence: "The server can't be reached: is it started? HIBIKI_SERVER or --server tell its address.",
        exitCode: ExitCode.unavailable
      })
    : failed(callText(error))

/** Nobody requested too much: a service that the server needs is unreachable. */
const awayText = (error: CallError): string => `The server can't do that now: ${tryAgain(error)}`

const tryAgain = ({ retryAfterMs = 1_000 }: CallError): string => {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000))
  return `try again in ${seconds} second${seconds === 1 ? "" : "s"}.`
}

const isCallError = (error: unknown): error is CallError =>
  Predicate.hasProperty(error, "_tag") && Predicate.isString(error._tag)

/** For a call that does not fit its contract. */
const badField = (field: string): string => {
  switch (field) {
    case "password":
      return "A password has at most 128 characters."
    case "members":
    case "userIds":
      return "Too many people at once: name fewer."
    default:
      return "Too long, or nothing to see in it: names and titles have at most 64 characters, and no control characters."
  }
}

/** For refusals of commands, including those sent through the outbox. A newer server has codes without words here. */
export const refusalText = (code: string): string =>
  (Object.hasOwn(refusals, code) ? refusals[code] : undefined) ?? `refused (${code})`

const known: Readonly<Record<RefusalCode, string>> = {
  not_found: "no such conversation, or you are not in it any more",
  forbidden: "you may not do this here",
  conflict: "the same id was used for something else",
  withdrawn: "taken back",
  no_change: "it is so already",
  invalid_target: "there is no such message or person, or it can't be done to it",
  too_many: "there are too many already",
  last_owner:
    "make somebody else an owner first, in the browser: the last owner can't leave while others are here, nor give up the role",
  banned: "a ban keeps that person out of this conversation: /unban HANDLE ends it",
  closed: "this conversation is closed: it can only be read",
  slow_mode: "slow mode is on here: wait a little between two messages, then /retry",
  unsupported: "that is not possible in this conversation",
  epoch_changed: "the server was restored from a backup since"
}
const refusals: Readonly<Record<string, string>> = {
  ...known,
  outbox_full: "too much is waiting to be sent already",
  unknown_row: "it is sent by now",
  handed_over: "it may be stored already: only posts can be taken back now",
  not_possible: "that can't be done to it now",
  too_long: "it is too long: a message has at most 4,000 characters",
  blank: "there is nothing to see in it",
  not_emoji: "a reaction is one emoji",
  too_many_marks: "too many accents are stacked on one letter",
  nul: "it holds a character that can't be stored",
  surrogate: "it holds half a character"
}
