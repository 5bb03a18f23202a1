/** Whether this device notifies one while nothing of the page is in use. */
import { useApp } from "../../model/App.ts"
import { NotifySwitch } from "./NotifySwitch.tsx"
import { useSettingsWords } from "./useSettingsWords.ts"

export const NotifySettings = () => {
  const { waking } = useApp()
  const words = useSettingsWords()
  return <NotifySwitch label={words().notify} hint={words().notifyHint} checked={waking.on()} change={waking.change} />
}
