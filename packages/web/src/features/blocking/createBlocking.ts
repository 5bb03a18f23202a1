/** Blocks somebody, or ends that: under way, or not done for a reason in words. */
import type { UserId } from "@hibiki/core/domain/Ids"
import { type Accessor, createSignal, untrack } from "solid-js"
import { useApp } from "../../model/App.ts"
import { callProblem } from "../conversations/callProblem.ts"
import { blockingWords } from "./blockingWords.ts"

export interface Blocking {
  readonly busy: Accessor<boolean>
  readonly problem: Accessor<string | undefined>
  /** Answers whether it was done. */
  readonly set: (userId: UserId, on: boolean) => Promise<boolean>
  /** Lets somebody go; a toast says why it was not done. Answers as `set`. */
  readonly end: (userId: UserId) => Promise<boolean>
}

/** Call within a component. */
export const createBlocking = (): Blocking => {
  const app = useApp()
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()
  const set = async (userId: UserId, on: boolean) => {
    if (untrack(busy)) return false
    setBusy(true)
    setProblem(undefined)
    const chat = await app.whenLive()
    const { call } = chat
    const answer = await call("user.block", { userId, on })
    setBusy(false)
    if (answer.ok) return true
    const { error } = answer
    const isFull = error._tag === "Refused" && error.code === "too_many"
    setProblem(
      untrack(() =>
        isFull ? blockingWords[app.i18n.language()].tooMany : callProblem(error, app.i18n.t().conversations)
      )
    )
    return false
  }
  const end = async (userId: UserId) => {
    const done = await set(userId, false)
    const text = untrack(problem)
    if (text !== undefined) app.toasts.show({ text })
    return done
  }
  return { busy, problem, set, end }
}
