/** Ends a block. What failed is said by a toast. */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { JSX } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Button } from "../../ui/Button.tsx"
import { blockingWords } from "./blockingWords.ts"
import { createBlocking } from "./createBlocking.ts"

export const UnblockButton = (props: { readonly userId: UserId }): JSX.Element => {
  const app = useApp()
  const blocking = createBlocking()
  const unblock = async () => {
    if (!(await blocking.set(props.userId, false))) app.toasts.show({ text: blocking.problem() ?? "" })
  }
  return (
    <Button busy={blocking.busy()} onClick={() => void unblock()}>
      {blockingWords[app.i18n.language()].unblock}
    </Button>
  )
}
