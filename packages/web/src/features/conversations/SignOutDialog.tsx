/** Asks before signing out while something is not sent. */
import { useApp } from "../../app/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Dialog } from "../../ui/Dialog.tsx"

export const SignOutDialog = (props: { readonly unsent: number; readonly onClose: () => void }) => {
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
      <p>{app.keeps() ? words().signOutUnsent(props.unsent) : words().signOutLost(props.unsent)}</p>
    </Dialog>
  )
}
