/** Asks before an act, names its consequences, and shows why it failed. */
import { createSignal, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Dialog } from "../../ui/Dialog.tsx"
import { FormProblem } from "../../ui/Field.tsx"
import { type Act, createAct } from "./createAct.ts"

export interface Question {
  readonly title: string
  /** The consequences of the act. */
  readonly text: string
  /** The label of the button that confirms. */
  readonly label: string
  /** Resolves to whether it succeeded; then the dialog closes. */
  readonly run: (act: Act) => Promise<boolean>
}

export const Confirm = (props: { readonly of: Question | undefined; readonly onClose: () => void }) => (
  <Show when={props.of} keyed>
    {(question) => <Asking of={question} onClose={() => props.onClose()} />}
  </Show>
)

const Asking = (props: { readonly of: Question; readonly onClose: () => void }) => {
  const app = useApp()
  const act = createAct()
  const [open, setOpen] = createSignal(true)
  const close = () => {
    setOpen(false)
    props.onClose()
    // The button that asked may have left with its row.
    queueMicrotask(() => {
      if (document.activeElement === document.body)
        [...document.querySelectorAll<HTMLElement>("dialog[open] h2")].at(-1)?.focus()
    })
  }
  return (
    <Dialog
      open={open()}
      title={props.of.title}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{app.i18n.t().kit.cancel}</Button>
          <Button
            kind="danger"
            busy={act.busy()}
            onClick={() => void props.of.run(act).then((isDone) => isDone && close())}
          >
            {props.of.label}
          </Button>
        </>
      }
    >
      <p>{props.of.text}</p>
      <FormProblem text={act.problem()} />
    </Dialog>
  )
}
