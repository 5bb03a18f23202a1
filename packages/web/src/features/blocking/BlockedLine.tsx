/** What one can't do since one blocks somebody, with a button that ends that. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { JSX } from "solid-js"
import { UnblockButton } from "./UnblockButton.tsx"
import "./blocking.css"

export interface BlockedLineProps {
  readonly text: string
  readonly userId: UserId
  /** The block is over, by the button. */
  readonly onUnblocked?: () => void
}

export const BlockedLine = (props: BlockedLineProps): JSX.Element => (
  <div class="blocked-line">
    <p>{props.text}</p>
    <UnblockButton userId={props.userId} onUnblocked={() => props.onUnblocked?.()} />
  </div>
)
