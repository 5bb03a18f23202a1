/**
 * Invite links for new accounts: create one for one or several people, and list those that are still valid. For
 * administrators.
 */

import { Limits } from "@hibiki/core/domain/Limits"
import type { ListedInvite } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { useLocation } from "@solidjs/router"
import { createSignal, For, onMount, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Choice } from "../../ui/Choice.tsx"
import { Field, FormProblem } from "../../ui/Field.tsx"
import { useSessionWords } from "../session/useSessionWords.ts"
import { CopyField } from "./CopyField.tsx"
import { settingsProblem } from "./settingsProblem.ts"
import { useSettingsWords } from "./useSettingsWords.ts"
import "./InviteSettings.css"

const hourMs = 3_600_000
const times = ["1", "7", "30"] as const

/** Returns a typed number of people; accepts full-width digits. */
const peopleOf = (typed: string): number | undefined => {
  const text = typed.normalize("NFKC").trim()
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= Limits.invitePeopleMax ? count : undefined
}

export const InviteSettings = () => {
  const app = useApp()
  const words = useSettingsWords()
  const session = useSessionWords()
  const [people, setPeople] = createSignal("1")
  const [days, setDays] = createSignal<(typeof times)[number]>("7")
  const [invite, setInvite] = createSignal<{ readonly link: string; readonly hours: number; readonly people: number }>()
  const [living, setLiving] = createSignal<ReadonlyArray<ListedInvite>>([])
  const [more, setMore] = createSignal(false)
  const [wrong, setWrong] = createSignal<string>()
  const [problem, setProblem] = createSignal<string>()
  const [busy, setBusy] = createSignal(false)
  let count: HTMLInputElement | undefined
  let make: HTMLButtonElement | undefined
  const { hash } = useLocation()
  // A user who comes here to create one gets the focus on it, below all other settings.
  onMount(() => hash === "#invites" && queueMicrotask(() => make?.focus()))

  /** Loads from the first, or those after the last that is shown. */
  const list = async (shown: ReadonlyArray<ListedInvite> = []) => {
    const [chat, last] = [await app.whenLive(), shown.at(-1)]
    const after = last && { expiresAt: last.expiresAt, inviteId: last.inviteId }
    const answer = await chat.call("invite.list", after === undefined ? {} : { after })
    if (!answer.ok) return shown.length > 0 && setProblem(settingsProblem(answer.error, words(), session()).text)
    setLiving([...shown, ...answer.value.invites])
    setMore(answer.value.more)
  }
  // If the list can't be loaded now, the next change loads it.
  onMount(() => void list().catch(() => undefined))

  const create = async () => {
    setProblem(undefined)
    const wanted = peopleOf(people())
    setWrong(wanted === undefined ? words().invitePeopleWrong(Limits.invitePeopleMax) : undefined)
    if (wanted === undefined) return count?.focus()
    const chat = await app.whenLive()
    const answer = await chat.call("invite.create", { people: wanted, ttlHours: 24 * Number(days()) })
    if (!answer.ok) return setProblem(settingsProblem(answer.error, words(), session()).text)
    setInvite({
      link: `${location.origin}/register#invite=${encodeURIComponent(answer.value.code)}`,
      hours: Math.max(1, Math.round(answer.value.ttlMs / hourMs)),
      people: wanted
    })
    await list()
  }
  const end = async ({ inviteId }: ListedInvite) => {
    const chat = await app.whenLive()
    const answer = await chat.call("invite.end", { inviteId })
    // If it is already gone, that is the wanted result.
    if (!answer.ok && answer.error._tag !== "NotFound")
      return setProblem(settingsProblem(answer.error, words(), session()).text)
    make?.focus()
    app.toasts.show({ text: words().inviteEnded })
    setLiving((shown) => shown.filter((each) => each.inviteId !== inviteId))
    if (living().length === 0) await list()
  }
  const failed = () => setProblem(words().failed.other)
  return (
    <div class="ui-form">
      <p class="page-note">{words().inviteHint}</p>
      <Field
        ref={(node) => {
          count = node
        }}
        label={words().invitePeople}
        value={people()}
        onInput={setPeople}
        error={wrong()}
        inputmode="numeric"
        autocomplete="off"
        maxlength={4}
      />
      <Choice
        label={words().inviteTime}
        name="invite-time"
        chosen={days()}
        onChoose={setDays}
        options={times.map((key) => ({ key, label: words().inviteDays(Number(key)) }))}
      />
      <Show when={invite()} keyed>
        {({ hours, link, people: most }) => (
          <CopyField label={words().inviteLink} hint={words().inviteValid(hours, most)} text={link} />
        )}
      </Show>
      <FormProblem text={problem()} />
      <Button
        ref={(node) => {
          make = node
        }}
        busy={busy()}
        onClick={() => {
          setBusy(true)
          create()
            .catch(failed)
            .finally(() => setBusy(false))
        }}
      >
        {words().inviteCreate}
      </Button>
      <Show when={living().length > 0}>
        <ul class="page-rows settings-invites" aria-label={words().inviteList}>
          <For each={living()}>
            {(each) => (
              <li class="settings-invite-row">
                <span>
                  <span class="settings-invite-used">{words().inviteUsed(each.used, each.people)}</span>
                  <span class="page-note">{words().inviteUntil(app.i18n.full(each.expiresAt))}</span>
                </span>
                <Button
                  kind="quiet"
                  label={`${words().inviteEnd}, ${words().inviteUsed(each.used, each.people)}`}
                  onClick={() => void end(each).catch(failed)}
                >
                  {words().inviteEnd}
                </Button>
              </li>
            )}
          </For>
        </ul>
        <Show when={more()}>
          <Button kind="quiet" onClick={() => void list(living()).catch(failed)}>
            {words().inviteMore}
          </Button>
        </Show>
      </Show>
    </div>
  )
}
