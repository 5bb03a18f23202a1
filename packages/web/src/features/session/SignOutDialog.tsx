/** Asks before signing out while messages are unsent or only half written. */
import { Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Dialog } from "../../ui/Dialog.tsx"
import { signOutWordsEn } from "../conversations/signOutWords.en.ts"
import { signOutWordsJa } from "../conversations/signOutWords.ja.ts"

/** They load with this dialog, which few users see, and not with the words of the first paint. */
const dictionaries = { en: signOutWordsEn, ja: signOutWordsJa } as const

export interface SignOutDialogProps {
  readonly unsent: number
  /** Conversations with a draft. */
  readonly drafts: number
  readonly onClose: () => void
}

export const SignOutDialog = (props: SignOutDialogProps) => {
  const app = useApp()
  const words = () => dictionaries[app.i18n.language()]
  return (
    <Dialog
      open
      title={words().title}
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
            {words().anyway}
          </Button>
        </>
      }
    >
      <Show when={props.unsent > 0}>
        <p>{app.keeps() ? words().unsent(props.unsent) : words().lost(props.unsent)}</p>
      </Show>
      <Show when={props.drafts > 0}>
        <p>{words().drafts(props.drafts)}</p>
      </Show>
    </Dialog>
  )
}
