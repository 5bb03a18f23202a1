/**
 * Finds a person and opens the conversation with them; or the one with oneself. Who may, invites people who are not
 * here yet.
 */
import type { Person } from "@hibiki/core/domain/Person"
import { useNavigate } from "@solidjs/router"
import { createSignal, Show } from "solid-js"
import { isolated } from "../../lib/isolated.ts"
import { useApp } from "../../model/App.ts"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { focusFirst } from "../../ui/focusFirst.ts"
import { Icon } from "../../ui/Icon.tsx"
import type { IconName } from "../../ui/iconPaths.ts"
import { passFocus } from "../../ui/passFocus.ts"
import { BlockedLine } from "../blocking/BlockedLine.tsx"
import { blockingWords } from "../blocking/blockingWords.ts"
import { callProblem } from "./callProblem.ts"
import { PersonSearch } from "./PersonSearch.tsx"
import { useFreshWords } from "./useFreshWords.ts"

export const FindPerson = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = useFreshWords()
  const [problem, setProblem] = createSignal<string>()
  /** Whom one wanted to talk to, and blocks. */
  const [blocked, setBlocked] = createSignal<Person>()
  const me = () => {
    const session = app.session()
    return session._tag === "signedIn" ? session.me : undefined
  }
  const open = async (person: Person) => {
    setProblem(undefined)
    const chat = await app.whenLive()
    const answer = await chat.call("conversation.openDirect", { userId: person.userId })
    if (answer.ok) return navigate(`/c/${answer.value.conversationId}`)
    const { error } = answer
    const isBlocked = error._tag === "Refused" && error.code === "forbidden"
    setBlocked(isBlocked ? person : undefined)
    if (!isBlocked) setProblem(callProblem(error, app.i18n.t().conversations))
  }
  const choose = (person: Person) => {
    open(person).catch(() => setProblem(app.i18n.t().conversations.failed.unreachable))
  }
  const goOn = () => {
    const person = blocked()
    if (person !== undefined) choose(person)
  }
  const toInput = () => {
    const input = document.querySelector<HTMLElement>(".find input")
    if (input !== null) focusFirst(input)
  }
  const before = (
    <Show when={me()}>
      {(own) => (
        <>
          <Step icon="note" name={words().notesAct} hint={words().notesHint} onTake={() => choose(own())} />
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
        onChoose={choose}
        before={before}
      />
      <div role="alert">
        <Show when={blocked()}>
          {(person) => (
            <div ref={passFocus(toInput)}>
              <BlockedLine
                text={blockingWords[app.i18n.language()].talk(isolated(person().displayName))}
                userId={person().userId}
                onUnblocked={goOn}
              />
            </div>
          )}
        </Show>
      </div>
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
