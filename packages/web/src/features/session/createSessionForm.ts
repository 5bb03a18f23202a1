/**
 * What both forms for coming in share: what is wrong and where, one submission at a time, and the focus where it is
 * needed.
 */
import { type Accessor, createSignal, onCleanup } from "solid-js"
import type { SignInAnswer } from "../../lib/session.ts"
import { focusFirst } from "../../ui/focus.ts"
import { type SessionField, type SessionProblem, sessionProblem } from "./sessionProblem.ts"
import { useSessionWords } from "./useSessionWords.ts"

export interface SessionForm {
  readonly busy: Accessor<boolean>
  /** Whether something was sent and refused. */
  readonly refused: Accessor<boolean>
  readonly problemOf: (field: SessionField) => string | undefined
  /** What is wrong with no field in particular. */
  readonly problem: Accessor<string | undefined>
  /**
   * The same with the seconds that are left, after too many tries: until then nothing is sent. Undefined when it may be
   * tried.
   */
  readonly waits: Accessor<string | undefined>
  readonly keep: (field: SessionField) => (input: HTMLInputElement) => void
  readonly onSubmit: (event: SubmitEvent) => void
}

interface SessionFormParts {
  /** Found before anything is sent. */
  readonly missing: () => SessionProblem | undefined
  readonly send: () => Promise<SignInAnswer>
  /** Whom a wait is for: somebody else may try at once. Everybody when left out. */
  readonly whose?: () => string
  /** Said once they are in; the way there is the frame's. */
  readonly done?: () => void
  /** Where the focus is at the beginning. */
  readonly first: SessionField
  /** Where it goes when no field in particular is wrong; to the first, where nothing is said. */
  readonly again?: SessionField
}

/** A wait concerns whom it was told of, as `whose` named them. */
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
    // A field that the form does not show: then it is about the whole.
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

/** Counts down until something may be tried again. */
interface Wait {
  /** Whole seconds, 0 when it may be tried. */
  readonly left: Accessor<number>
  /** In place of what was waited for before. */
  readonly begin: (seconds: number) => void
}

/** Call in a reactive scope: its end stops the timer. */
const createWait = (): Wait => {
  const [left, setLeft] = createSignal(0)
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  return {
    left,
    begin: (seconds) => {
      clearTimeout(timer)
      // By the clock, which goes on while a phone sleeps. Set back, it ends the wait: the server knows whether it is
      // over.
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
