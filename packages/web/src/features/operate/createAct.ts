/** One act of an administrator by a call: in progress, or failed with a reason in words. */
import { type Accessor, createSignal, untrack } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { Answer, Chat, Payload } from "../../runtime/Chat.ts"
import { adminProblem } from "./adminProblem.ts"
import { useAdminWords } from "./useAdminWords.ts"

type AdminTag = Extract<Parameters<Chat["call"]>[0], `admin.${string}`>

export interface Act {
  readonly busy: Accessor<boolean>
  readonly problem: Accessor<string | undefined>
  /** Resolves to the answer, or to undefined when it failed or another call is in progress. */
  readonly run: <Tag extends AdminTag>(tag: Tag, payload: Payload<Tag>) => Promise<Answer<Tag> | undefined>
}

/** Call within a component. */
export const createAct = (): Act => {
  const app = useApp()
  const words = useAdminWords()
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()
  const call: Act["run"] = async (tag, payload) => {
    const answer = await (await app.whenLive()).call(tag, payload)
    if (answer.ok) return answer.value
    setProblem(adminProblem(answer.error, words()))
    return undefined
  }
  return {
    busy,
    problem,
    run: async (tag, payload) => {
      if (untrack(busy)) return undefined
      setBusy(true)
      setProblem(undefined)
      try {
        return await call(tag, payload)
      } catch {
        setProblem(words().failed.other)
        return undefined
      } finally {
        setBusy(false)
      }
    }
  }
}
