/** The name of a conversation, changed in place. */
import { Limits } from "@hibiki/core/domain/Limits"
import { isBlank } from "@hibiki/core/domain/TextRules"
import { createEffect, createSignal, type JSX, on, Show } from "solid-js"
import { Button } from "../../../ui/Button.tsx"
import { Field } from "../../../ui/Field.tsx"
import { useConversation } from "../conversationModel.ts"
import { createChange } from "./createChange.ts"

export const RenameForm = (): JSX.Element => {
  const model = useConversation()
  const { words } = model
  const change = createChange(model)
  const [title, setTitle] = createSignal(model.title())
  createEffect(on(model.title, setTitle))
  const changed = () => title().trim() !== model.title() && !isBlank(title())
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (changed()) await change.run((chat, base) => chat.call("conversation.rename", { ...base, title: title().trim() }))
  }
  return (
    <form class="details-rename" onSubmit={(event) => void submit(event)}>
      <Field
        label={words().details.renameLabel}
        value={title()}
        onInput={setTitle}
        maxlength={Limits.nameMax}
        autocomplete="off"
        error={change.problem()}
      />
      <Show when={changed()}>
        <Button type="submit" kind="primary" busy={change.busy()}>
          {words().details.save}
        </Button>
      </Show>
    </form>
  )
}
