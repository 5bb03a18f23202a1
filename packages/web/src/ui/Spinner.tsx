/**
 * The sign of waiting: the mark's arcs, one after the other. Put up only where waiting is long enough to be noticed.
 */
import { Mark } from "./Mark.tsx"
import "./EmptyState.css"

export const Spinner = (props: { readonly label: string }) => (
  <span class="ui-spinner" role="status">
    <Mark class="ui-spinner-mark" />
    <span class="only-heard">{props.label}</span>
  </span>
)
