/** Links with which one account each can be made. For administrators. */
import { useLocation } from "@solidjs/router"
import { createSignal, onMount, Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Field } from "../../ui/Field.tsx"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { useSessionWords } from "../session/useSessionWords.ts"
import { settingsProblem } from "./settingsProblem.ts"
import { useSettingsWords } from "./useSettingsWords.ts"

const hourMs = 3_600_000

export const InviteSettings = () => {
  const app = useApp()
  const words = useSettingsWords()
  const session = useSessionWords()
  const [invite, setInvite] = createSignal<{ readonly link: string; readonly hours: number }>()
  const [problem, setProblem] = createSignal<string>()
  const [busy, setBusy] = createSignal(false)
  let input: HTMLInputElement | undefined
  let make: HTMLButtonElement | undefined
  const { hash } = useLocation()
  // Who comes to make one is led to it, below all else that can be set.
  onMount(() => hash === "#invites" && queueMicrotask(() => make?.focus()))

  const create = async () => {
    setProblem(undefined)
    const chat = await app.whenLive()
    const answer = await chat.call("invite.create", {})
    if (!answer.ok) return setProblem(settingsProblem(answer.error, words(), session()).text)
    setInvite({
      link: `${location.origin}/register#invite=${encodeURIComponent(answer.value.code)}`,
      hours: Math.max(1, Math.round(answer.value.ttlMs / hourMs))
    })
    input?.focus()
    input?.select()
  }
  const copy = async (link: string) => {
    // Pages that are not https have no clipboard: then the text is chosen, for the person to copy.
    if (navigator.clipboard === undefined) return input?.select()
    await navigator.clipboard.writeText(link)
    app.toasts.show({ text: app.i18n.t().kit.copied })
  }
  return (
    <div class="ui-form">
      <p class="page-note">{words().inviteHint}</p>
      <Show when={invite()}>
        {(made) => (
          <div class="settings-invite">
            <Field
              ref={(node) => {
                input = node
              }}
              label={words().inviteLink}
              hint={words().inviteValid(made().hours)}
              value={made().link}
              onInput={() => undefined}
              autocomplete="off"
              readonly
              end={
                <Button kind="quiet" onClick={() => copy(made().link).catch(() => input?.select())}>
                  {app.i18n.t().kit.copy}
                </Button>
              }
            />
          </div>
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
            .catch(() => setProblem(words().failed.other))
            .finally(() => setBusy(false))
        }}
      >
        {words().inviteCreate}
      </Button>
    </div>
  )
}
