/** A text that is shown once, with a button that copies it. */
import { onMount } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Field } from "../../ui/Field.tsx"

interface CopyFieldProps {
  readonly label: string
  readonly hint: string
  readonly text: string
}

export const CopyField = (props: CopyFieldProps) => {
  const app = useApp()
  let input: HTMLInputElement | undefined
  onMount(() => {
    input?.focus()
    input?.select()
  })
  const copy = async () => {
    // Pages that are not https have no clipboard: select the text, so that the person can copy it.
    if (navigator.clipboard === undefined) return input?.select()
    await navigator.clipboard.writeText(props.text)
    app.toasts.show({ text: app.i18n.t().kit.copied })
  }
  return (
    <Field
      ref={(node) => {
        input = node
      }}
      label={props.label}
      hint={props.hint}
      value={props.text}
      onInput={() => undefined}
      autocomplete="off"
      readonly
      end={
        <Button kind="quiet" onClick={() => copy().catch(() => input?.select())}>
          {app.i18n.t().kit.copy}
        </Button>
      }
    />
  )
}
