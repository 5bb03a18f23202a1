/** Stands where one would write to somebody whom one blocks. */
import type { Person } from "@hibiki/core/domain/Person"
import type { JSX } from "solid-js"
import { useApp } from "../../app/App.ts"
import { isolated } from "../../lib/isolated.ts"
import { ConnectionLine } from "../connection/ConnectionLine.tsx"
import { blockingWords } from "./blockingWords.ts"
import { UnblockButton } from "./UnblockButton.tsx"
import "./blocking.css"

export const BlockedComposer = (props: { readonly person: Person }): JSX.Element => {
  const { i18n } = useApp()
  return (
    <div class="composer">
      <div class="blocked-line">
        <p>{blockingWords[i18n.language()].composer(isolated(props.person.displayName))}</p>
        <UnblockButton userId={props.person.userId} />
      </div>
      <ConnectionLine />
    </div>
  )
}
