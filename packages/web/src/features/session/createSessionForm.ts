/** What both forms for coming in share: what is wrong and where, one submission at a time, and the focus where it is needed. */
import { type Accessor, createSignal } from "solid-js"
import type { SignInAnswer } from "../../app/App.ts"
import { focusFirst } from "../../ui/focusFirst.ts"
import { type SessionField, type SessionProblem, sessionProblem } from "./sessionProblem.ts"
import { useSessionWords } from "./useSessionWords.ts"

export interface SessionForm {
  readonly busy: Accessor<boolean>
  /** Whether something was sent and refused. */
  readonly refused: Accessor<boolean>
  readonly problemOf: (field: SessionField) => string | undefined
  /** What is wrong with no field in particular. */
  readonly problem: Accessor<string | undefined>
  readonly keep: (field: SessionField) => (input: HTMLInputElement) => void
  readonly onSubmit: (event: SubmitEvent) => void
}

export interface SessionFormParts {
  /** Found before anything is sent. */
  readonly missing: () => SessionProblem | undefined
  readonly send: () => Promise<SignInAnswer>
  /** Said once they are in; the way there is the frame's. */
  readonly done?: () => void
  /** Where the focus is at the beginning. */
  readonly first: SessionField
  /** Where it goes when no field in particular is wrong; to the first, where nothing is said. */
  readonly again?: SessionField
}

export const createSessionForm = (parts: SessionFormParts): SessionForm => {
  const words = useSessionWords()
  const [busy, setBusy] = createSignal(false)
  const [refused, setRefused] = createSignal(false)
  const [problem, setProblem] = createSignal<SessionProblem>()
  const inputs = new Map<SessionField, HTMLInputElement>()
  const fail = (found: SessionProblem) => {
    // A field that the form does not show: then it is about the whole.
    const shown = found.field !== undefined && inputs.has(found.field)
    setProblem(shown ? found : { text: found.text })
    inputs.get(shown && found.field !== undefined ? found.field : (parts.again ?? parts.first))?.focus()
  }
  const submit = async () => {
    const missing = parts.missing()
    if (missing !== undefined) return fail(missing)
    setBusy(true)
    setProblem(undefined)
    const answer = await parts.send().finally(() => setBusy(false))
    if (answer.ok) return parts.done?.()
    setRefused(true)
    fail(sessionProblem(answer.error, words()))
  }
  return {
    busy,
    refused,
    problemOf: (field) => (problem()?.field === field ? problem()?.text : undefined),
    problem: () => (problem()?.field === undefined ? problem()?.text : undefined),
    keep: (field) => (input) => {
      inputs.set(field, input)
      if (field === parts.first) focusFirst(input)
    },
    onSubmit: (event) => {
      event.preventDefault()
      if (!busy()) submit().catch(() => fail({ text: words().failed.unavailable }))
    }
  }
}
