/** In place of the composer, or of a message: one chunk for both, since who has the one soon has the other. */
import type { Person } from "@hibiki/core/domain/Person"
import type { JSX } from "solid-js"
import { BlockedComposer } from "./BlockedComposer.tsx"
import { BlockedRow, type BlockedRowProps } from "./BlockedRow.tsx"

/** To whom nothing is written, or what is not shown. */
export type BlockedPartProps = { readonly person: Person } | BlockedRowProps

export const BlockedPart = (props: BlockedPartProps): JSX.Element =>
  "person" in props ? <BlockedComposer person={props.person} /> : <BlockedRow item={props.item} focus={props.focus} onShow={props.onShow} />
