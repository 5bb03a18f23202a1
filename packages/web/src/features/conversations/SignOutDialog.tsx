/** Asks before signing out while something is not sent, or only half written. */
import { Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Dialog } from "../../ui/Dialog.tsx"

export interface SignOutDialogProps {
  readonly unsent: number
  /** Conversations in which something is written. */
  readonly drafts: number
  readonly onClose: () => void
}

export const SignOutDialog = (props: SignOutDialogProps) => {
  const app = useApp()
  const words = () => app.i18n.t().conversations.own
  return (
    <Dialog
      open
      title={words().signOutTitle}
      onClose={() => props.onClose()}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{app.i18n.t().kit.cancel}</Button>
          <Button
            kind="danger"
            onClick={() => {
              props.onClose()
              app.signOut().catch(() => undefined)
            }}
          >
            {words().signOutAnyway}
          </Button>
        </>
      }
    >
      <Show when={props.unsent > 0}>
        <p>{app.keeps() ? words().signOutUnsent(props.unsent) : words().signOutLost(props.unsent)}</p>
      </Show>
      <Show when={props.drafts > 0}>
        <p>{words().signOutDrafts(props.drafts)}</p>
      </Show>
    </Dialog>
  )
}
