/** The name of a conversation, changed in place. */
import { Limits } from "@hibiki/core/domain/Limits"
import { isBlank } from "@hibiki/core/domain/TextRules"
import { createEffect, createSignal, type JSX, on, Show, untrack } from "solid-js"
import { typedName } from "../../../lib/typedName.ts"
import { Button } from "../../../ui/Button.tsx"
import { Field } from "../../../ui/Field.tsx"
import { focusFirst } from "../../../ui/focusFirst.ts"
import { useConversation } from "../conversationModel.ts"
import { systemText } from "../text/systemText.ts"
import { createChange } from "./createChange.ts"
import { renameWords } from "./renameWords.ts"

export const RenameForm = (): JSX.Element => {
  const model = useConversation()
  const { words } = model
  const own = () => renameWords[model.app.i18n.language()]
  const change = createChange(model)
  // Undefined while nothing was typed that is not the name by now: somebody else's change shows, and takes nothing away
  // that is being typed.
  const [typed, setTyped] = createSignal<string>()
  /** Of what was typed. */
  const name = () => typedName(typed() ?? "")
  createEffect(
    on(model.title, (now) => {
      if (untrack(name) === now) setTyped(undefined)
    })
  )
  const title = () => typed() ?? model.title()
  let input: HTMLInputElement | undefined
  const changed = () => name() !== model.title() && !isBlank(name())
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!changed()) return
    const fresh = name()
    if (!(await change.run((chat, base) => chat.call("conversation.rename", { ...base, title: fresh })))) return
    model.app.announcer.say(
      systemText({ kind: "renamed", by: model.me(), title: fresh }, model.app.people.name, words())
    )
    // The button that had it goes.
    if (
      input !== undefined &&
      (document.activeElement === document.body || input.form?.contains(document.activeElement))
    )
      focusFirst(input)
  }
  return (
    <form class="details-rename" onSubmit={(event) => void submit(event)}>
      <Field
        ref={(node) => {
          input = node
        }}
        label={own().label}
        value={title()}
        onInput={setTyped}
        maxlength={Limits.nameMax}
        autocomplete="off"
        error={change.problem()}
      />
      <Show when={changed()}>
        <Button type="submit" kind="primary" busy={change.busy()}>
          {own().save}
        </Button>
      </Show>
    </form>
  )
}
