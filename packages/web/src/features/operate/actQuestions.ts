/** The questions before acts on processes, actors and sockets. */
import { useApp } from "../../model/App.ts"
import type { Payload } from "../../runtime/Chat.ts"
import type { Question } from "./Confirm.tsx"
import { useTraceWords } from "./useTraceWords.ts"

/** Call within a component. */
export const useActQuestions = () => {
  const app = useApp()
  const words = useTraceWords()
  const asking = (
    title: string,
    { done, label, text }: { readonly text: string; readonly label: string; readonly done: string },
    payload: Payload<"admin.act">
  ): Question => ({
    title,
    text,
    label,
    run: async (act) => {
      const answer = await act.run("admin.act", payload)
      if (answer === undefined) return false
      app.toasts.show({ text: done })
      return true
    }
  })
  return {
    drain: (node: string, process: string): Question => {
      const { drain, drainDone, drainText, drainTitle } = words().acts
      return asking(
        drainTitle(process),
        { text: drainText, label: drain, done: drainDone(process) },
        { node, act: { _tag: "Drain" } }
      )
    },
    stop: (node: string, path: string, shown: string): Question => {
      const { stop, stopDone, stopText, stopTitle } = words().acts
      return asking(
        stopTitle(shown),
        { text: stopText, label: stop, done: stopDone },
        { node, act: { _tag: "StopActor", path, how: "drain" } }
      )
    },
    disconnect: (node: string, socket: string): Question => {
      const { disconnect, disconnectDone, disconnectText, disconnectTitle } = words().acts
      return asking(
        disconnectTitle,
        { text: disconnectText, label: disconnect, done: disconnectDone },
        { node, act: { _tag: "Disconnect", socket } }
      )
    }
  } as const
}
