/**
 * The shared logic of the sign-in and registration forms: the error and its field, one submission at a time, and the
 * focus.
 */
import { type Accessor, createSignal, onCleanup } from "solid-js"
import type { SignInAnswer } from "../../lib/session.ts"
import { focusFirst } from "../../ui/focus.ts"
import { type SessionField, type SessionProblem, sessionProblem } from "./sessionProblem.ts"
import { useSessionWords } from "./useSessionWords.ts"

export interface SessionForm {
  readonly busy: Accessor<boolean>
  /** Whether the last submission was rejected. */
  readonly refused: Accessor<boolean>
  readonly problemOf: (field: SessionField) => string | undefined
  /** An error that concerns no field in particular. */
  readonly problem: Accessor<string | undefined>
  /**
   * The same with the remaining seconds, after too many tries: nothing is sent until then. Undefined when a try is
   * allowed.
   */
  readonly waits: Accessor<string | undefined>
  readonly keep: (field: SessionField) => (input: HTMLInputElement) => void
  readonly onSubmit: (event: SubmitEvent) => void
}

interface SessionFormParts {
  /** A problem found before anything is sent. */
  readonly missing: () => SessionProblem | undefined
  readonly send: () => Promise<SignInAnswer>
  /** The user that a wait applies to: another user may try at once. All users when left out. */
  readonly whose?: () => string
  /** Called after success; the session's frame does the navigation. */
  readonly done?: () => void
  /** The field that has the focus at the beginning. */
  readonly first: SessionField
  /** The field that gets the focus when no field in particular is wrong; by default the first. */
  readonly again?: SessionField
}

/** A wait applies to the user that `whose` returned when it began. */
interface Found extends SessionProblem {
  readonly whose?: string | undefined
}

export const createSessionForm = (parts: SessionFormParts): SessionForm => {
  const words = useSessionWords()
  const [busy, setBusy] = createSignal(false)
  const [refused, setRefused] = createSignal(false)
  const [found, setFound] = createSignal<Found>()
  const wait = createWait()
  const problem = () => {
    const last = found()
    return last?.waitS === undefined || (wait.left() > 0 && last.whose === parts.whose?.()) ? last : undefined
  }
  const waits = () => (problem()?.waitS === undefined ? undefined : words().failed.rateLimited(wait.left()))
  const inputs = new Map<SessionField, HTMLInputElement>()
  const fail = ({ field, ...about }: Found) => {
    // The form does not show this field: the problem then applies to the whole form.
    const shown = field !== undefined && inputs.has(field) ? field : undefined
    if (about.waitS !== undefined) wait.begin(about.waitS)
    setFound(shown === undefined ? about : { ...about, field: shown })
    inputs.get(shown ?? parts.again ?? parts.first)?.focus()
  }
  const submit = async () => {
    const missing = parts.missing()
    if (missing !== undefined) return fail(missing)
    setBusy(true)
    setFound(undefined)
    const whose = parts.whose?.()
    const answer = await parts.send().finally(() => setBusy(false))
    if (answer.ok) return parts.done?.()
    setRefused(true)
    fail({ ...sessionProblem(answer.error, words()), whose })
  }
  return {
    busy,
    refused,
    problemOf: (field) => (problem()?.field === field ? problem()?.text : undefined),
    problem: () => (problem()?.field === undefined ? problem()?.text : undefined),
    waits,
    keep: (field) => (input) => {
      inputs.set(field, input)
      if (field === parts.first) focusFirst(input)
    },
    onSubmit: (event) => {
      event.preventDefault()
      if (!busy() && waits() === undefined) submit().catch(() => fail({ text: words().failed.unavailable }))
    }
  }
}

/** Counts down until another try is allowed. */
interface Wait {
  /** Whole seconds; 0 when a try is allowed. */
  readonly left: Accessor<number>
  /** Replaces an earlier wait. */
  readonly begin: (seconds: number) => void
}

/** Call in a reactive scope; the timer stops when it ends. */
const createWait = (): Wait => {
  const [left, setLeft] = createSignal(0)
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  return {
    left,
    begin: (seconds) => {
      clearTimeout(timer)
      // Use the clock, which continues while a phone sleeps. If it is set back, the wait ends: the server knows whether
      // it is over.
      const beganAt = Date.now()
      const look = () => {
        const pastMs = Date.now() - beganAt
        const leftMs = pastMs < 0 ? 0 : Math.max(0, seconds * 1_000 - pastMs)
        setLeft(Math.ceil(leftMs / 1_000))
        if (leftMs > 0) timer = setTimeout(look, leftMs % 1_000 || 1_000)
      }
      look()
    }
  }
}
