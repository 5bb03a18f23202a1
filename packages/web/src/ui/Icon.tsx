/**
 * One icon of the page's own set, drawn in the colour of the text around it. Decorative: its control carries the name.
 */
import { For } from "solid-js"
import { type IconName, iconPaths } from "./iconPaths.ts"
import "./icon.css"

export const Icon = (props: { readonly name: IconName; readonly small?: boolean }) => (
  <svg class="ui-icon" classList={{ "ui-icon-small": props.small === true }} viewBox="0 0 20 20" aria-hidden="true">
    <For each={iconPaths[props.name]}>
      {(path) => (path.startsWith(".") ? <path class="ui-icon-filled" d={path.slice(1)} /> : <path d={path} />)}
    </For>
  </svg>
)
