/** A page beside the list: its title, a back link if it covers the list, and a readable width. */
import { type JSX, onMount } from "solid-js"
import { usePageTitle } from "../lib/pageTitle.ts"
import { BackLink } from "./BackLink.tsx"
import { Icon } from "./Icon.tsx"
import { useKit } from "./KitContext.ts"
import "./Page.css"

export interface PageProps {
  readonly title: string
  /** The target of "back"; by default the list. With another target, wide pages show the link too. */
  readonly back?: string
  /** For tables, which need more room than text; `full`: for tables of many columns. */
  readonly wide?: boolean | "full"
  readonly children: JSX.Element
}

export const Page = (props: PageProps) => {
  const kit = useKit()
  let page: HTMLDivElement | undefined
  let title: HTMLHeadingElement | undefined
  usePageTitle(() => props.title)
  // Focus the title of a new page so that it is read, unless something within it took the focus.
  onMount(() =>
    queueMicrotask(() => {
      if (page?.contains(document.activeElement) === false) title?.focus()
    })
  )
  return (
    <div
      ref={(node) => {
        page = node
      }}
      class="page"
      classList={{ "page-wide": props.wide === true, "page-full": props.wide === "full" }}
    >
      <header class="page-head">
        <BackLink
          class="ui-icon-button"
          classList={{ "page-back-narrow": props.back === undefined }}
          href={props.back ?? "/"}
          aria-label={kit().back}
          title={kit().back}
        >
          <Icon name="back" />
        </BackLink>
        <h1
          ref={(node) => {
            title = node
          }}
          tabindex="-1"
        >
          {props.title}
        </h1>
      </header>
      <div class="page-body">{props.children}</div>
    </div>
  )
}
