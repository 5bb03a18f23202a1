/**
 * A rejected edit, delete or reaction: the change, the reason and the available actions. Rare, so loaded when there is
 * one.
 */
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { For, type JSX } from "solid-js"
import { tell, useConversation, whenLive } from "../conversationModel.ts"
import { changeActs, failedChangeText, type PendingAct } from "./postState.ts"
import "./rowActs.css"

export const FailedChange = (props: { readonly change: OutboxRow }): JSX.Element => {
  const model = useConversation()
  const run = async (act: PendingAct) => {
    const { client } = await whenLive(model)
    const { body, id } = props.change
    if (act === "sendAgain") return tell(model, client.retry(id))
    if (act === "edit" && body.kind === "edit") model.hands.suggest(body.text)
    client.withdraw(id)
  }
  return (
    <div class="failed-change">
      <p class="note" data-state="failed">
        <span>{failedChangeText(props.change, model.words())}</span>
        <span class="note-acts">
          <For each={changeActs(props.change)}>
            {(act) => (
              <button type="button" class="note-act" tabindex="-1" onClick={() => void run(act)}>
                {model.words().act[act]}
              </button>
            )}
          </For>
        </span>
      </p>
    </div>
  )
}
