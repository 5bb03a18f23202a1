/**
 * Asks once more before a change that is hard to take back, and tells why it was not done. Without `act` there is
 * nothing to ask, only to tell.
 */
import { type JSX, Show } from "solid-js"
import { Button } from "../../../ui/Button.tsx"
import { Dialog } from "../../../ui/Dialog.tsx"
import { useConversation } from "../conversationModel.ts"
import { ChangeProblem } from "./ChangeProblem.tsx"
import type { Change } from "./createChange.ts"

export interface QuestionProps {
  readonly open: boolean
  readonly title: string
  readonly text: string
  /** What the button says that does it. */
  readonly act: string | undefined
  readonly change: Change
  readonly onAct: () => void
  readonly onClose: () => void
}

export const Question = (props: QuestionProps): JSX.Element => {
  const { app, words } = useConversation()
  return (
    <Dialog
      open={props.open}
      title={props.title}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={() => props.onClose()}>
            {props.act === undefined ? app.i18n.t().kit.close : words().act.cancel}
          </Button>
          <Show when={props.act}>
            {(act) => (
              <Button kind="danger" busy={props.change.busy()} onClick={() => props.onAct()}>
                {act()}
              </Button>
            )}
          </Show>
        </>
      }
    >
      <p>{props.text}</p>
      <ChangeProblem of={props.change} />
    </Dialog>
  )
}
