/** Whether this device tells one of what comes while a page is open and not looked at. */
import { createSignal } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Switch } from "../../ui/Choice.tsx"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { useSettingsWords } from "./useSettingsWords.ts"

export const AlertsSettings = () => {
  const app = useApp()
  const words = useSettingsWords()
  const [problem, setProblem] = createSignal<string>()
  const [asked, setAsked] = createSignal<boolean>()

  const change = async (on: boolean) => {
    setProblem(undefined)
    setAsked(on)
    const answer = await app.alerts.change(on).catch(() => "blocked" as const)
    setAsked(undefined)
    if (answer !== "done") setProblem(words().notifyFailed[answer])
  }
  return (
    <>
      <Switch
        label={words().alerts}
        hint={app.waking.on() ? words().alertsInstead : words().alertsHint}
        checked={!app.waking.on() && (asked() ?? app.alerts.on())}
        disabled={app.waking.on()}
        onChange={(on) => {
          change(on).catch(() => undefined)
        }}
      />
      <FormProblem text={problem()} />
    </>
  )
}
