/**
 * In place of the composer, of a message, or of a quote: one chunk for all, since who has the one soon has the others.
 */
import type { Person } from "@hibiki/core/domain/Person"
import type { JSX } from "solid-js"
import { BlockedComposer } from "./BlockedComposer.tsx"
import { BlockedQuote } from "./BlockedQuote.tsx"
import { BlockedRow, type BlockedRowProps } from "./BlockedRow.tsx"

/** To whom nothing is written, or what is not shown: a message, or what is quoted of one. */
export type BlockedPartProps = { readonly person: Person } | BlockedRowProps | { readonly quote: true }

export const BlockedPart = (props: BlockedPartProps): JSX.Element => {
  if ("quote" in props) return <BlockedQuote />
  return "person" in props ? (
    <BlockedComposer person={props.person} />
  ) : (
    <BlockedRow item={props.item} focus={props.focus} onShow={props.onShow} />
  )
}
