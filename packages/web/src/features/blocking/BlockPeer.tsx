/** Blocks the other side of a direct conversation, after a question, or ends that. */
import type { Person } from "@hibiki/core/domain/Person"
import { createSignal, type JSX, Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Button } from "../../ui/Button.tsx"
import { BlockDialog } from "./BlockDialog.tsx"
import { blockingWords } from "./blockingWords.ts"
import { UnblockButton } from "./UnblockButton.tsx"

export const BlockPeer = (props: { readonly person: Person }): JSX.Element => {
  const app = useApp()
  const [asking, setAsking] = createSignal(false)
  return (
    <>
      <Show when={!app.blocked().has(props.person.userId)} fallback={<UnblockButton userId={props.person.userId} />}>
        <Button kind="danger" onClick={() => setAsking(true)}>
          {blockingWords[app.i18n.language()].block}
        </Button>
      </Show>
      <Show when={asking()}>
        <BlockDialog person={props.person} onClose={() => setAsking(false)} />
      </Show>
    </>
  )
}
