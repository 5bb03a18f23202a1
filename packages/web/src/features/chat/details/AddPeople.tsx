/** Finds people and adds them to a conversation. */
import type { Person } from "@hibiki/core/domain/Person"
import { createSignal, For, type JSX, Show } from "solid-js"
import { Avatar } from "../../../ui/Avatar.tsx"
import { Button } from "../../../ui/Button.tsx"
import { Dialog } from "../../../ui/Dialog.tsx"
import { leaveRow } from "../../../ui/focus.ts"
import { Icon } from "../../../ui/Icon.tsx"
import { PersonSearch } from "../../conversations/PersonSearch.tsx"
import "../../conversations/NewPage.css"
import { useConversation } from "../conversationModel.ts"
import type { Members } from "../createMembers.ts"
import { addWords } from "./addWords.ts"
import { ChangeProblem, createChange } from "./createChange.tsx"

export const AddPeople = (props: {
  readonly open: boolean
  readonly onClose: () => void
  readonly members: Members
}): JSX.Element => {
  const model = useConversation()
  const { app, words } = model
  const asks = () => addWords[app.i18n.language()]
  const change = createChange(model, (code) =>
    code === "not_found" ? asks().away : code === "banned" ? asks().banned : undefined
  )
  const [chosen, setChosen] = createSignal<ReadonlyArray<Person>>([])
  const without = () => new Set([...(props.members.list() ?? []), ...chosen()].map(({ userId }) => userId))
  const close = () => {
    setChosen([])
    props.onClose()
  }
  const add = async () => {
    const userIds = chosen().map(({ userId }) => userId)
    if (userIds.length > 0 && (await change.run((chat, base) => chat.call("conversation.add", { ...base, userIds }))))
      close()
  }
  return (
    <Dialog
      open={props.open}
      title={asks().title}
      onClose={close}
      footer={
        <Button kind="primary" disabled={chosen().length === 0} busy={change.busy()} onClick={() => void add()}>
          {asks().send(chosen().length)}
        </Button>
      }
    >
      <div class="details-add">
        <Show when={chosen().length > 0}>
          <div class="room-members">
            <For each={chosen()}>
              {(person) => (
                <button
                  type="button"
                  class="room-member"
                  aria-label={words().details.remove(person.displayName)}
                  title={words().details.remove(person.displayName)}
                  onClick={({ currentTarget }) => {
                    leaveRow(currentTarget, ".details-add .find input")
                    setChosen((kept) => kept.filter(({ userId }) => userId !== person.userId))
                  }}
                >
                  <Avatar userId={person.userId} name={person.displayName} size={24} />
                  <bdi>{person.displayName}</bdi>
                  <Icon name="close" small />
                </button>
              )}
            </For>
          </div>
        </Show>
        <PersonSearch
          focus
          clears
          label={asks().title}
          hint={asks().hint}
          icon="plus"
          actLabel={words().details.add}
          without={without()}
          onChoose={(person) => setChosen((kept) => [...kept, person].slice(0, 100))}
        />
        <ChangeProblem of={change} />
      </div>
    </Dialog>
  )
}
