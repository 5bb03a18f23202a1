/** The product's mark: arcs that spread from a dot, a voice in a quiet room. As large as the text around it. */
import "./icon.css"

export const Mark = (props: { readonly class?: string }) => (
  <svg class={`ui-mark ${props.class ?? ""}`} viewBox="0 0 48 48" aria-hidden="true">
    <circle class="ui-mark-dot" cx="14" cy="34" r="4.5" />
    <path class="ui-mark-near" d="M14 23a11 11 0 0 1 11 11" />
    <path class="ui-mark-middle" d="M14 14a20 20 0 0 1 20 20" />
    <path class="ui-mark-far" d="M14 5a29 29 0 0 1 29 29" />
  </svg>
)
