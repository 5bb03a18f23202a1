/** Who is writing. Not told to those who hear the page: it would never be quiet. */
import { type JSX, Show } from "solid-js"
import { isolated } from "../../../lib/isolated.ts"
import { typingNamed } from "../../../model/App.ts"
import { useConversation } from "../conversationModel.ts"

export const TypingLine = (): JSX.Element => {
  const model = useConversation()
  const text = () => {
    const users = model.open.typing()
    return model.words().typing(
      users.slice(0, typingNamed).map((userId) => isolated(model.app.people.name(userId))),
      users.length > typingNamed
    )
  }
  return (
    <div class="typing" aria-hidden="true" data-testid="typing">
      <Show when={text() !== ""}>
        <span class="typing-dots">
          <i />
          <i />
          <i />
        </span>
        <span>{text()}</span>
      </Show>
    </div>
  )
}
