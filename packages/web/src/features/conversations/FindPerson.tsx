/** Finds a person and opens the conversation with them; or the one with oneself. */
import type { UserId } from "@hibiki/core/domain/Ids"
import { useNavigate } from "@solidjs/router"
import { createSignal, Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { callProblem } from "./callProblem.ts"
import { PersonSearch } from "./PersonSearch.tsx"
import { useFreshWords } from "./useFreshWords.ts"

export const FindPerson = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = useFreshWords()
  const [problem, setProblem] = createSignal<string>()
  const me = () => {
    const session = app.session()
    return session._tag === "signedIn" ? session.me.userId : undefined
  }
  const open = async (userId: UserId) => {
    setProblem(undefined)
    const chat = await app.whenLive()
    const answer = await chat.call("conversation.openDirect", { userId })
    if (answer.ok) navigate(`/c/${answer.value.conversationId}`)
    else setProblem(callProblem(answer.error, app.i18n.t().conversations))
  }
  const choose = (userId: UserId) => {
    open(userId).catch(() => setProblem(app.i18n.t().conversations.failed.unreachable))
  }
  const notes = (
    <Show when={me()}>
      {(own) => (
        <button class="find-row find-notes" type="button" onClick={() => choose(own())}>
          <span class="list-glyph" aria-hidden="true">
            <Icon name="note" />
          </span>
          <span class="find-name">{words().notesAct}</span>
          <span class="find-handle">{words().notesHint}</span>
          <Icon name="forward" small />
        </button>
      )}
    </Show>
  )
  return (
    <>
      <PersonSearch
        focus
        label={words().person}
        hint={words().personHint}
        icon="forward"
        actLabel={words().talk}
        without={new Set()}
        onChoose={({ userId }) => choose(userId)}
        before={notes}
      />
      <FormProblem text={problem()} />
    </>
  )
}
