/** Makes a group or a channel, with a name and its first members. */

import { Limits } from "@hibiki/core/domain/Limits"
import type { Person } from "@hibiki/core/domain/Person"
import { For, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Avatar } from "../../ui/Avatar.tsx"
import { Button } from "../../ui/Button.tsx"
import { Choice } from "../../ui/Choice.tsx"
import { Field } from "../../ui/Field.tsx"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { leaveRow } from "../../ui/leaveRow.ts"
import type { RoomForm } from "./createRoomForm.ts"
import { PersonSearch } from "./PersonSearch.tsx"
import { useFreshWords } from "./useFreshWords.ts"

export const NewRoom = (props: { readonly form: RoomForm }) => {
  const app = useApp()
  const words = useFreshWords()
  const without = () => {
    const session = app.session()
    return new Set([
      ...props.form.members().map(({ userId }) => userId),
      ...(session._tag === "signedIn" ? [session.me.userId] : [])
    ])
  }
  return (
    <form class="room-form" noValidate onSubmit={(event) => props.form.onSubmit(event)}>
      <Choice
        label={words().kind}
        name="kind"
        chosen={props.form.kind()}
        onChoose={props.form.setKind}
        options={[
          { key: "group", label: words().group, hint: words().groupHint },
          { key: "channel", label: words().channel, hint: words().channelHint }
        ]}
      />
      <Field
        ref={props.form.keepTitle}
        label={words().name}
        value={props.form.title()}
        onInput={props.form.setTitle}
        autocomplete="off"
        maxlength={Limits.nameMax}
        required
        error={props.form.titleProblem()}
      />
      <Show when={props.form.members().length > 0}>
        <Members people={props.form.members()} onRemove={props.form.remove} />
      </Show>
      <PersonSearch
        label={words().members}
        hint={words().membersHint}
        icon="plus"
        actLabel={words().add}
        clears
        without={without()}
        onChoose={props.form.add}
      />
      <FormProblem text={props.form.problem()} />
      <Button kind="primary" type="submit" busy={props.form.busy()}>
        {words().create}
      </Button>
    </form>
  )
}

const Members = (props: { readonly people: ReadonlyArray<Person>; readonly onRemove: (person: Person) => void }) => {
  const words = useFreshWords()
  return (
    <ul class="room-members" aria-label={words().members}>
      <For each={props.people}>
        {(person) => (
          <li>
            <button
              class="room-member"
              type="button"
              title={words().remove}
              onClick={({ currentTarget }) => {
                leaveRow(currentTarget.closest("li"), ".room-form .find input")
                props.onRemove(person)
              }}
            >
              <Avatar userId={person.userId} name={person.displayName} size={24} />
              <span>{person.displayName}</span>
              <span class="only-heard">{words().remove}</span>
              <Icon name="close" small />
            </button>
          </li>
        )}
      </For>
    </ul>
  )
}
