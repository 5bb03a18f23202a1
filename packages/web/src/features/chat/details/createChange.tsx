/** One change of a conversation by a call: in progress, or rejected with a reason in words. */
import type { FlagCommandKind } from "@hibiki/core/domain/Flags"
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { type Accessor, createSignal, type JSX, Show, untrack } from "solid-js"
import { freshCommandId } from "../../../lib/ids.ts"
import type { CallResult, Chat } from "../../../runtime/Chat.ts"
import { Button } from "../../../ui/Button.tsx"
import { Dialog } from "../../../ui/Dialog.tsx"
import { callProblem } from "../../conversations/callProblem.ts"
import { type ConversationModel, useConversation, whenLive } from "../conversationModel.ts"
import { problemText } from "../problemText.ts"

type ChangeTag =
  | ("conversation.add" | "conversation.remove" | "conversation.leave" | "conversation.ban" | "conversation.unban")
  | ("conversation.setRules" | "conversation.close" | "conversation.reopen")
  | ("conversation.rename" | "conversation.setRole" | `conversation.${FlagCommandKind}`)

interface Change {
  readonly busy: Accessor<boolean>
  readonly problem: Accessor<string | undefined>
  /** Resolves to whether it succeeded. */
  readonly run: (
    call: (
      chat: Chat,
      base: { readonly id: CommandId; readonly conversationId: ConversationId }
    ) => Promise<CallResult<ChangeTag>>
  ) => Promise<boolean>
}

/** `means`: returns the meaning of a refusal code in this place, if the general words do not cover it. */
export const createChange = (
  model: ConversationModel,
  means: (code: string) => string | undefined = () => undefined
): Change => {
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()
  return {
    busy,
    problem,
    run: async (call) => {
      if (untrack(busy)) return false
      setBusy(true)
      setProblem(undefined)
      const chat = await whenLive(model)
      const result = await call(chat, { id: await freshCommandId(), conversationId: model.id })
      setBusy(false)
      if (result.ok || (result.error._tag === "Refused" && result.error.code === "no_change")) return true
      const { error } = result
      const { i18n } = model.app
      setProblem(
        untrack(() =>
          error._tag === "Refused"
            ? // Elsewhere the text is a part of a sentence.
              (means(error.code) ?? problemText(model.words(), error.code) + (i18n.language() === "ja" ? "。" : "."))
            : callProblem(error, i18n.t().conversations)
        )
      )
      return false
    }
  }
}

/** The reason why a change of the conversation failed, spoken when it appears. Empty without a reason. */
export const ChangeProblem = (props: { readonly of: Change }): JSX.Element => (
  <Show when={props.of.problem()}>
    {(text) => (
      <p class="details-problem" role="alert">
        {text()}
      </p>
    )}
  </Show>
)

/**
 * Asks for confirmation before a change that is hard to undo, and shows why it failed. Without `act` it only shows a
 * text.
 */
interface QuestionProps {
  readonly open: boolean
  readonly title: string
  readonly text: string
  /** The label of the button that confirms. */
  readonly act: string | undefined
  readonly change: Change
  readonly onAct: () => void
  readonly onClose: () => void
}

export const ConfirmDialog = (props: QuestionProps): JSX.Element => {
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
