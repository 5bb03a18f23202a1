/** Asks once more before somebody is removed. */
import type { Member } from "@hibiki/core/domain/Conversation"
import type { JSX } from "solid-js"
import { isolated } from "../../../lib/isolated.ts"
import { leaveRow } from "../../../ui/leaveRow.ts"
import { useConversation } from "../conversationModel.ts"
import { createChange } from "./createChange.ts"
import { memberWords } from "./memberWords.ts"
import { Question } from "./Question.tsx"

export interface RemoveDialogProps {
  readonly member: Member
  /** The row of somebody, which goes when it is done. */
  readonly rowOf: (member: Member) => HTMLElement | null | undefined
  readonly onClose: () => void
}

export const RemoveDialog = (props: RemoveDialogProps): JSX.Element => {
  const model = useConversation()
  const question = () => memberWords[model.app.i18n.language()].removing
  const change = createChange(model)
  const remove = async () => {
    const { userId } = props.member
    if (!(await change.run((chat, base) => chat.call("conversation.remove", { ...base, userId })))) return
    const row = props.rowOf(props.member)
    props.onClose()
    leaveRow(row, ".details h2")
  }
  return (
    <Question
      open
      title={question().title(model.words().details.remove(isolated(props.member.displayName)))}
      text={question().text[model.summary()?.kind === "channel" ? "channel" : "group"]}
      act={question().act}
      change={change}
      onAct={() => void remove()}
      onClose={() => props.onClose()}
    />
  )
}
