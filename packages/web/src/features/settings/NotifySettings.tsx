/** Whether this device notifies one while nothing of the page is in use. */
import { createSignal } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Switch } from "../../ui/Choice.tsx"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { useSettingsWords } from "./useSettingsWords.ts"

export const NotifySettings = () => {
  const app = useApp()
  const words = useSettingsWords()
  const [problem, setProblem] = createSignal<string>()
  const [asked, setAsked] = createSignal<boolean>()

  const change = async (on: boolean) => {
    setProblem(undefined)
    setAsked(on)
    const answer = await app.waking.change(on).catch(() => "failed" as const)
    setAsked(undefined)
    if (answer !== "done") setProblem(words().notifyFailed[answer])
  }
  return (
    <>
      <Switch
        label={words().notify}
        hint={words().notifyHint}
        checked={asked() ?? app.waking.on()}
        onChange={(on) => {
          change(on).catch(() => undefined)
        }}
      />
      <FormProblem text={problem()} />
    </>
  )
}
