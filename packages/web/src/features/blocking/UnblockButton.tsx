/** Ends a block. What failed is said by a toast. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { JSX } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { blockingWords } from "./blockingWords.ts"
import { createBlocking } from "./createBlocking.ts"

export interface UnblockButtonProps {
  readonly userId: UserId
  readonly onUnblocked?: () => void
}

export const UnblockButton = (props: UnblockButtonProps): JSX.Element => {
  const app = useApp()
  const blocking = createBlocking()
  const unblock = async () => {
    if (await blocking.end(props.userId)) props.onUnblocked?.()
  }
  return (
    <Button busy={blocking.busy()} onClick={() => void unblock()}>
      {blockingWords[app.i18n.language()].unblock}
    </Button>
  )
}
