/**
 * A switch of which the browser or the server may not let one: it stands where it was moved to while that is asked, and
 * says what came of it.
 */
import { createSignal } from "solid-js"
import type { WakingAnswer } from "../../model/waking.ts"
import { Switch } from "../../ui/Choice.tsx"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { useSettingsWords } from "./useSettingsWords.ts"

interface NotifySwitchProps {
  readonly label: string
  readonly hint: string
  readonly checked: boolean
  readonly disabled?: boolean
  readonly change: (on: boolean) => Promise<WakingAnswer>
}

export const NotifySwitch = (props: NotifySwitchProps) => {
  const words = useSettingsWords()
  const [problem, setProblem] = createSignal<string>()
  const [asked, setAsked] = createSignal<boolean>()

  const change = async (on: boolean) => {
    setProblem(undefined)
    setAsked(on)
    const answer = await props.change(on).catch(() => "failed" as const)
    setAsked(undefined)
    if (answer !== "done") setProblem(words().notifyFailed[answer])
  }
  return (
    <>
      <Switch
        label={props.label}
        hint={props.hint}
        checked={asked() ?? props.checked}
        disabled={props.disabled === true}
        onChange={(on) => {
          change(on).catch(() => undefined)
        }}
      />
      <FormProblem text={problem()} />
    </>
  )
}
