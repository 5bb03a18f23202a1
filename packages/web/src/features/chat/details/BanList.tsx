/**
 * The people banned from a group or channel, for its owners and admins. Loaded when the details open, and again when
 * members or bans change.
 */
import type { BannedPerson } from "@hibiki/core/domain/Conversation"
import { Limits } from "@hibiki/core/domain/Limits"
import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from "solid-js"
import { Avatar } from "../../../ui/Avatar.tsx"
import { Button } from "../../../ui/Button.tsx"
import { leaveRow } from "../../../ui/focus.ts"
import { useConversation, whenLive } from "../conversationModel.ts"
import { banWords } from "./banWords.ts"
import { ChangeProblem, createChange } from "./createChange.tsx"

export const BanList = (): JSX.Element => {
  const model = useConversation()
  const { app } = model
  const words = () => banWords[app.i18n.language()]
  const [bans, setBans] = createSignal<ReadonlyArray<BannedPerson>>([])
  const change = createChange(model)
  let list: HTMLUListElement | undefined
  let run = 0
  // Longer lists end with a hint: a person beyond it is found by the terminal's /unban.
  const load = async () => {
    const mine = ++run
    const chat = await whenLive(model)
    const answer = await chat.call("conversation.bans", { conversationId: model.id, limit: Limits.pageMax })
    if (mine !== run || !answer.ok) return
    app.people.learn(answer.value)
    setBans(answer.value)
  }
  // Each ban, and each end of one, adds a row.
  const changes = createMemo((before: number) => {
    const last = model.summary()?.last
    return last === undefined || last.kind === "posted" ? before : last.seq
  }, 0)
  createEffect(on([changes, () => app.connection()._tag === "live"], () => void load()))
  const unban = async ({ userId }: BannedPerson) => {
    if (!(await change.run((chat, base) => chat.call("conversation.unban", { ...base, userId })))) return
    leaveRow(list?.querySelector<HTMLElement>(`[data-banned="${userId}"]`), ".details h2")
    setBans((held) => held.filter((ban) => ban.userId !== userId))
  }
  return (
    <Show when={bans().length > 0}>
      <section class="details-members">
        <h3>{words().title}</h3>
        <ul
          ref={(node) => {
            list = node
          }}
          class="details-list"
        >
          <For each={bans()}>
            {(person) => (
              <li class="member" data-banned={person.userId}>
                <Avatar userId={person.userId} name={person.displayName} />
                <span class="member-names">
                  <span class="member-name">
                    <bdi>{person.displayName}</bdi>
                  </span>
                  <span class="member-line">{words().by(app.people.name(person.by))}</span>
                </span>
                <Button
                  kind="quiet"
                  busy={change.busy()}
                  label={words().unbanOf(person.displayName)}
                  onClick={() => void unban(person)}
                >
                  {words().unban}
                </Button>
              </li>
            )}
          </For>
        </ul>
        <ChangeProblem of={change} />
        <Show when={bans().length === Limits.pageMax}>
          <p class="details-hint">{words().more}</p>
        </Show>
      </section>
    </Show>
  )
}
