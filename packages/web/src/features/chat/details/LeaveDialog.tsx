/** Asks once more before one leaves, or says what to do first. */
import { useNavigate } from "@solidjs/router"
import type { JSX } from "solid-js"
import { useConversation } from "../conversationModel.ts"
import type { Members } from "../createMembers.ts"
import { createChange } from "./createChange.ts"
import { leaveWords } from "./leaveWords.ts"
import { Question } from "./Question.tsx"

export interface LeaveDialogProps {
  readonly open: boolean
  readonly members: Members
  readonly onClose: () => void
}

export const LeaveDialog = (props: LeaveDialogProps): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const own = () => leaveWords[app.i18n.language()]
  const navigate = useNavigate()
  const change = createChange(model)
  // As far as is known: while only some of the members are loaded, another owner may be among the others.
  const isOnlyOwner = () => {
    const summary = model.summary()
    const list = props.members.list()
    return (
      summary?.role === "owner" &&
      summary.members > 1 &&
      list !== undefined &&
      !props.members.more() &&
      !list.some(({ role, userId }) => role === "owner" && userId !== model.me())
    )
  }
  const leave = async () => {
    if (await change.run((chat, base) => chat.call("conversation.leave", base))) navigate("/")
  }
  return (
    <Question
      open={props.open}
      title={isOnlyOwner() ? own().onlyOwner.title : own().title}
      text={
        isOnlyOwner() ? own().onlyOwner.text : own().text[model.summary()?.kind === "channel" ? "channel" : "group"]
      }
      act={isOnlyOwner() ? undefined : words().details.leave}
      change={change}
      onAct={() => void leave()}
      onClose={() => props.onClose()}
    />
  )
}
