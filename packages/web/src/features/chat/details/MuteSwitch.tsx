/** Whether one is called by what comes in this conversation. */
import { createEffect, createSignal, type JSX } from "solid-js"
import { Switch } from "../../../ui/Choice.tsx"
import { useConversation } from "../conversationModel.ts"
import { ChangeProblem } from "./ChangeProblem.tsx"
import { createChange } from "./createChange.ts"
import { muteWords } from "./muteWords.ts"

export const MuteSwitch = (): JSX.Element => {
  const model = useConversation()
  const words = () => muteWords[model.app.i18n.language()]
  const change = createChange(model)
  const muted = () => model.summary()?.muted === true
  // As asked until the personal log says so, too, which may come after the answer; what failed goes back.
  const [asked, setAsked] = createSignal<boolean>()
  createEffect(() => {
    if (asked() === muted()) setAsked(undefined)
  })
  const mute = async (on: boolean) => {
    setAsked(on)
    if (!(await change.run((chat, base) => chat.call("conversation.mute", { ...base, on })))) setAsked(undefined)
  }
  return (
    <div class="details-mute">
      <Switch
        label={words().mute}
        hint={words().hint}
        checked={asked() ?? muted()}
        busy={change.busy()}
        onChange={(on) => {
          mute(on).catch(() => undefined)
        }}
      />
      <ChangeProblem of={change} />
    </div>
  )
}
