/**
 * Replaces the composer, a message, or a quote. One chunk for all, because a user who needs one soon needs the others.
 */
import type { Person } from "@hibiki/core/domain/Person"
import type { JSX } from "solid-js"
import { isolated } from "../../lib/names.ts"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { passFocus } from "../../ui/focus.ts"
import { useConversation } from "../chat/conversationModel.ts"
import { type RowFocus, RowFrame } from "../chat/row/RowFrame.tsx"
import type { PostItem } from "../chat/timeline/timelineItems.ts"
import { ConnectionLine } from "../connection/ConnectionLine.tsx"
import { BlockedLine } from "./Blocking.tsx"
import { blockingWords } from "./blockingWords.ts"
import "./blocking.css"

/** The person that the composer would write to, or the hidden part: a message, or a quote of one. */
type BlockedPartProps = { readonly person: Person } | BlockedRowProps | { readonly quote: true }

export const BlockedPart = (props: BlockedPartProps): JSX.Element => {
  if ("quote" in props) return <BlockedQuote />
  return "person" in props ? (
    <BlockedComposer person={props.person} />
  ) : (
    <BlockedRow item={props.item} focus={props.focus} onShow={props.onShow} />
  )
}

/** Replaces the composer to a blocked person. If it disappears, the focus moves to the composer. */
const BlockedComposer = (props: { readonly person: Person }): JSX.Element => {
  const model = useConversation()
  const { i18n } = model.app
  return (
    <div class="composer" ref={passFocus(() => model.hands.focusComposer())}>
      <BlockedLine
        text={blockingWords[i18n.language()].composer(isolated(props.person.displayName))}
        userId={props.person.userId}
      />
      <ConnectionLine />
    </div>
  )
}

/** A message of a blocked person: one quiet line, until the user presses it. */
interface BlockedRowProps {
  readonly item: PostItem
  readonly focus: RowFocus
  readonly onShow: () => void
}

const BlockedRow = (props: BlockedRowProps): JSX.Element => {
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

/** Replaces the quote of a blocked person's message: names it, and that a press shows it. */
const BlockedQuote = (): JSX.Element => {
  const { i18n } = useApp()
  const words = () => blockingWords[i18n.language()]
  return (
    <>
      <span class="quote-text">{words().message}</span> <span class="quote-show">{words().show}</span>
    </>
  )
}
