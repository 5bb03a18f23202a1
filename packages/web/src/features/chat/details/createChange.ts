/** One change of a conversation by a call: under way, or refused with a reason in words. */
import type { FlagCommandKind } from "@hibiki/core/domain/Flags"
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { type Accessor, createSignal, untrack } from "solid-js"
import type { CallResult, Chat } from "../../../runtime/Chat.ts"
import { callProblem } from "../../conversations/callProblem.ts"
import { type ConversationModel, whenLive } from "../conversationModel.ts"
import { freshCommandId } from "../freshCommandId.ts"
import { problemText } from "../problemText.ts"

type ChangeTag =
  | ("conversation.add" | "conversation.remove" | "conversation.leave")
  | ("conversation.rename" | "conversation.setRole" | `conversation.${FlagCommandKind}`)

export interface Change {
  readonly busy: Accessor<boolean>
  readonly problem: Accessor<string | undefined>
  /** Answers whether it was done. */
  readonly run: (
    call: (
      chat: Chat,
      base: { readonly id: CommandId; readonly conversationId: ConversationId }
    ) => Promise<CallResult<ChangeTag>>
  ) => Promise<boolean>
}

/** `means`: what a refusal with this code comes to here, where the words for it everywhere do not say. */
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
            ? // Elsewhere it is a part of a sentence.
              (means(error.code) ?? problemText(model.words(), error.code) + (i18n.language() === "ja" ? "。" : "."))
            : callProblem(error, i18n.t().conversations)
        )
      )
      return false
    }
  }
}
