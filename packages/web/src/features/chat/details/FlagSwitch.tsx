/**
 * A flag that one sets on the conversation for oneself: whether it is a favourite, and whether one is called by what
 * comes in it.
 */
import { type FlagCommandKind, flagSetBy } from "@hibiki/core/domain/Flags"
import { createEffect, createSignal, type JSX } from "solid-js"
import { Switch } from "../../../ui/Choice.tsx"
import { useConversation } from "../conversationModel.ts"
import { ChangeProblem } from "./ChangeProblem.tsx"
import { createChange } from "./createChange.ts"
import { flagWords } from "./flagWords.ts"

export const FlagSwitch = (props: { readonly of: FlagCommandKind }): JSX.Element => {
  const model = useConversation()
  const words = () => flagWords[model.app.i18n.language()][props.of]
  const change = createChange(model)
  const isSet = () => model.summary()?.[flagSetBy[props.of]] === true
  // As asked until the personal log says so, too, which may come after the answer; what failed goes back.
  const [asked, setAsked] = createSignal<boolean>()
  createEffect(() => {
    if (asked() === isSet()) setAsked(undefined)
  })
  const set = async (on: boolean) => {
    setAsked(on)
    if (!(await change.run((chat, base) => chat.call(`conversation.${props.of}`, { ...base, on })))) setAsked(undefined)
  }
  return (
    <div>
      <Switch
        label={words().label}
        hint={words().hint}
        checked={asked() ?? isSet()}
        busy={change.busy()}
        onChange={(on) => {
          set(on).catch(() => undefined)
        }}
      />
      <ChangeProblem of={change} />
    </div>
  )
}
