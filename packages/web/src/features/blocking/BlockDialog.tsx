/** Says what a block does, and asks once more. */
import type { Person } from "@hibiki/core/domain/Person"
import { type JSX, Show } from "solid-js"
import { isolated } from "../../lib/isolated.ts"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Dialog } from "../../ui/Dialog.tsx"
import { blockingWords } from "./blockingWords.ts"
import { createBlocking } from "./createBlocking.ts"

export const BlockDialog = (props: { readonly person: Person; readonly onClose: () => void }): JSX.Element => {
  const app = useApp()
  const words = () => blockingWords[app.i18n.language()]
  const blocking = createBlocking()
  const block = async () => {
    if (await blocking.set(props.person.userId, true)) props.onClose()
  }
  return (
    <Dialog
      open
      title={words().title(isolated(props.person.displayName))}
      onClose={() => props.onClose()}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{words().cancel}</Button>
          <Button kind="danger" busy={blocking.busy()} onClick={() => void block()}>
            {words().act}
          </Button>
        </>
      }
    >
      <p>{words().text}</p>
      <Show when={blocking.problem()}>{(text) => <p role="alert">{text()}</p>}</Show>
    </Dialog>
  )
}
