/** A message of somebody whom one blocks: one quiet line, until it is asked for. */
import type { JSX } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { type RowFocus, RowFrame } from "../chat/row/RowFrame.tsx"
import type { PostItem } from "../chat/timeline/timelineItems.ts"
import { blockingWords } from "./blockingWords.ts"
import "./blocking.css"

export interface BlockedRowProps {
  readonly item: PostItem
  readonly focus: RowFocus
  readonly onShow: () => void
}

export const BlockedRow = (props: BlockedRowProps): JSX.Element => {
  const { i18n } = useApp()
  const words = () => blockingWords[i18n.language()]
  return (
    <RowFrame
      focus={props.focus}
      key={props.item.key}
      class="row-system"
      label={`${words().message}, ${i18n.time(props.item.at)}`}
      seq={props.item.row?.seq}
    >
      <p class="blocked-row">
        <span>{words().message}</span>
        <Button kind="quiet" onClick={() => props.onShow()}>
          {words().show}
        </Button>
      </p>
    </RowFrame>
  )
}
