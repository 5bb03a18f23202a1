/** Finds a person and opens the conversation with them; or the one with oneself. Who may, invites people who are not here yet. */
import type { UserId } from "@hibiki/core/domain/Ids"
import { useNavigate } from "@solidjs/router"
import { createSignal, Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { Icon } from "../../ui/Icon.tsx"
import type { IconName } from "../../ui/iconPaths.ts"
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
    return session._tag === "signedIn" ? session.me : undefined
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
  const before = (
    <Show when={me()}>
      {(own) => (
        <>
          <Step icon="note" name={words().notesAct} hint={words().notesHint} onTake={() => choose(own().userId)} />
          <Show when={own().admin}>
            <Step
              icon="add"
              name={app.i18n.t().conversations.invite}
              hint={words().inviteHint}
              onTake={() => navigate("/settings#invites")}
            />
          </Show>
        </>
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
        before={before}
      />
      <FormProblem text={problem()} />
    </>
  )
}

interface StepProps {
  readonly icon: IconName
  readonly name: string
  readonly hint: string
  readonly onTake: () => void
}

const Step = (props: StepProps) => (
  <button class="find-row find-notes" type="button" onClick={() => props.onTake()}>
    <span class="list-glyph" aria-hidden="true">
      <Icon name={props.icon} />
    </span>
    <span class="find-name">{props.name}</span>
    <span class="find-handle">{props.hint}</span>
    <Icon name="forward" small />
  </button>
)
