/** Stands where one would write to somebody whom one blocks. The focus goes on to where one writes, if it goes. */
import type { Person } from "@hibiki/core/domain/Person"
import type { JSX } from "solid-js"
import { isolated } from "../../lib/isolated.ts"
import { passFocus } from "../../ui/passFocus.ts"
import { useConversation } from "../chat/conversationModel.ts"
import { ConnectionLine } from "../connection/ConnectionLine.tsx"
import { BlockedLine } from "./BlockedLine.tsx"
import { blockingWords } from "./blockingWords.ts"

export const BlockedComposer = (props: { readonly person: Person }): JSX.Element => {
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
