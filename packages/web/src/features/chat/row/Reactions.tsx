/** The reactions of a message: one button each, pressed when it is mine too. */
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { For, type JSX, Show } from "solid-js"
import { useConversation } from "../conversationModel.ts"
import { react } from "./rowActs.ts"

export const Reactions = (props: { readonly row: MessageRow }): JSX.Element => {
  const model = useConversation()
  return (
    <Show when={(props.row.reactions?.length ?? 0) > 0}>
      <div class="reactions">
        {/* By emoji: a button means the same for as long as it stands, whatever comes before it. */}
        <For each={props.row.reactions?.map(({ emoji }) => emoji)}>
          {(emoji) => (
            <Show when={props.row.reactions?.find((reaction) => reaction.emoji === emoji)}>
              {(reaction) => {
                const label = () => model.words().row.reaction(emoji, reaction().count, reaction().mine)
                return (
                  <button
                    type="button"
                    class="reaction ui-reach"
                    tabindex="-1"
                    aria-pressed={reaction().mine}
                    aria-label={label()}
                    title={label()}
                    onClick={() => react(model, props.row, emoji)}
                  >
                    <span class="reaction-emoji">{emoji}</span>
                    <span class="reaction-count">{reaction().count}</span>
                  </button>
                )
              }}
            </Show>
          )}
        </For>
      </div>
    </Show>
  )
}
