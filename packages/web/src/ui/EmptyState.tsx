/** Content of an empty area: the mark, one sentence, and at most one action. */
import { type JSX, Show } from "solid-js"
import { Button } from "./Button.tsx"
import { Mark } from "./Icon.tsx"
import "./EmptyState.css"

interface EmptyStateProps {
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

/**
 * The waiting indicator: the mark's arcs, one after the other. Show it only when the wait is long enough to be noticed.
 */
export const Spinner = (props: { readonly label: string }) => (
  <span class="ui-spinner" role="status">
    <Mark class="ui-spinner-mark" />
    <span class="only-heard">{props.label}</span>
  </span>
)
