/**
 * Blocks the other side of a direct conversation, after a question, or ends that: one button for both, so that the
 * focus stays on it.
 */
import type { Person } from "@hibiki/core/domain/Person"
import { createSignal, type JSX, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { BlockDialog } from "./BlockDialog.tsx"
import { blockingWords } from "./blockingWords.ts"
import { createBlocking } from "./createBlocking.ts"

export const BlockPeer = (props: { readonly person: Person }): JSX.Element => {
  const app = useApp()
  const words = () => blockingWords[app.i18n.language()]
  const blocking = createBlocking()
  const [asking, setAsking] = createSignal(false)
  const isBlocked = () => app.blocked().has(props.person.userId)
  return (
    <>
      <Button
        kind={isBlocked() ? "plain" : "danger"}
        busy={blocking.busy()}
        onClick={() => (isBlocked() ? void blocking.end(props.person.userId) : setAsking(true))}
      >
        {isBlocked() ? words().unblock : words().block}
      </Button>
      <Show when={asking()}>
        <BlockDialog person={props.person} onClose={() => setAsking(false)} />
      </Show>
    </>
  )
}
