/** Whether this device tells one of what comes while a page is open and not looked at. */
import { useApp } from "../../model/App.ts"
import { NotifySwitch } from "./NotifySwitch.tsx"
import { useSettingsWords } from "./useSettingsWords.ts"

export const AlertsSettings = () => {
  const { alerts, waking } = useApp()
  const words = useSettingsWords()
  return (
    <NotifySwitch
      label={words().alerts}
      hint={waking.on() ? words().alertsInstead : words().alertsHint}
      checked={!waking.on() && alerts.on()}
      disabled={waking.on()}
      change={alerts.change}
    />
  )
}
