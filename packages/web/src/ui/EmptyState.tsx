/** What stands where nothing is yet: the mark, one sentence, and at most one act. */
import { type JSX, Show } from "solid-js"
import { Button } from "./Button.tsx"
import { Mark } from "./Mark.tsx"
import "./EmptyState.css"

export interface EmptyStateProps {
  readonly text: string
  readonly act?: { readonly label: string; readonly run: () => void } | undefined
  readonly children?: JSX.Element
}

export const EmptyState = (props: EmptyStateProps) => (
  <div class="ui-empty">
    <Mark class="ui-empty-mark" />
    <p>{props.text}</p>
    <Show when={props.act}>
      {(act) => (
        <Button kind="primary" onClick={() => act().run()}>
          {act().label}
        </Button>
      )}
    </Show>
    {props.children}
  </div>
)
