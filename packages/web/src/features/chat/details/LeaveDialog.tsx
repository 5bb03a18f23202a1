/** Asks once more before one leaves. */
import { useNavigate } from "@solidjs/router"
import type { JSX } from "solid-js"
import { Button } from "../../../ui/Button.tsx"
import { Dialog } from "../../../ui/Dialog.tsx"
import { useConversation } from "../conversationModel.ts"
import { ChangeProblem } from "./ChangeProblem.tsx"
import { createChange } from "./createChange.ts"
import { leaveWords } from "./leaveWords.ts"

export const LeaveDialog = (props: { readonly open: boolean; readonly onClose: () => void }): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const question = () => leaveWords[app.i18n.language()]
  const navigate = useNavigate()
  const change = createChange(model)
  const leave = async () => {
    if (await change.run((chat, base) => chat.call("conversation.leave", base))) navigate("/")
  }
  return (
    <Dialog
      open={props.open}
      title={question().title}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{words().act.cancel}</Button>
          <Button kind="danger" busy={change.busy()} onClick={() => void leave()}>
            {words().details.leave}
          </Button>
        </>
      }
    >
      <p>{question().text[model.summary()?.kind === "channel" ? "channel" : "group"]}</p>
      <ChangeProblem of={change} />
    </Dialog>
  )
}
