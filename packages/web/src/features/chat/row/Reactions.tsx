/** The reactions of a message: one button each, pressed when it is mine too. */
import type { MessageRow, Reaction } from "@hibiki/core/domain/MessageRow"
import { Index, type JSX, Show } from "solid-js"
import { useConversation, whenLive } from "../conversationModel.ts"

const none: ReadonlyArray<Reaction> = []

export const Reactions = (props: { readonly row: MessageRow }): JSX.Element => {
  const model = useConversation()
  const toggle = ({ emoji, mine }: Reaction) =>
    void whenLive(model).then(({ client }) => client.react(model.id, props.row.seq, emoji, !mine))
  return (
    <Show when={(props.row.reactions?.length ?? 0) > 0}>
      <div class="reactions">
        <Index each={props.row.reactions ?? none}>
          {(reaction) => (
            <button
              type="button"
              class="reaction ui-reach"
              tabindex="-1"
              aria-pressed={reaction().mine}
              aria-label={model.words().row.reaction(reaction().emoji, reaction().count, reaction().mine)}
              title={model.words().row.reaction(reaction().emoji, reaction().count, reaction().mine)}
              onClick={() => toggle(reaction())}
            >
              <span class="reaction-emoji">{reaction().emoji}</span>
              <span class="reaction-count">{reaction().count}</span>
            </button>
          )}
        </Index>
      </div>
    </Show>
  )
}
