/** Asks once more before one leaves. */
import { useNavigate } from "@solidjs/router"
import type { JSX } from "solid-js"
import { useConversation } from "../conversationModel.ts"
import { createChange } from "./createChange.ts"
import { leaveWords } from "./leaveWords.ts"
import { Question } from "./Question.tsx"

export const LeaveDialog = (props: { readonly open: boolean; readonly onClose: () => void }): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const own = () => leaveWords[app.i18n.language()]
  const navigate = useNavigate()
  const change = createChange(model)
  const leave = async () => {
    if (await change.run((chat, base) => chat.call("conversation.leave", base))) navigate("/")
  }
  return (
    <Question
      open={props.open}
      title={own().title}
      text={own().text[model.summary()?.kind === "channel" ? "channel" : "group"]}
      act={words().details.leave}
      change={change}
      onAct={() => void leave()}
      onClose={() => props.onClose()}
    />
  )
}
