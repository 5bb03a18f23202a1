/** The user's own name as others see it. */
import { createSignal } from "solid-js"
import { typedName } from "../../lib/names.ts"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Field, FormProblem } from "../../ui/Field.tsx"
import { useSessionWords } from "../session/useSessionWords.ts"
import { settingsProblem } from "./settingsProblem.ts"
import { useSettingsWords } from "./useSettingsWords.ts"

export const ProfileSettings = () => {
  const app = useApp()
  const words = useSettingsWords()
  const session = useSessionWords()
  const me = () => {
    const session = app.session()
    return session._tag === "signedIn" ? (app.people.get(session.me.userId) ?? session.me) : undefined
  }
  // Undefined until the user types, so that a name that was changed elsewhere shows here too.
  const [typed, setTyped] = createSignal<string>()
  const [missing, setMissing] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()
  const [busy, setBusy] = createSignal(false)
  let input: HTMLInputElement | undefined
  const name = () => typed() ?? me()?.displayName ?? ""

  const save = async () => {
    setProblem(undefined)
    const displayName = typedName(name())
    setMissing(displayName === "")
    if (missing()) return input?.focus()
    const chat = await app.whenLive()
    const answer = await chat.call("user.updateProfile", { displayName })
    if (!answer.ok) return setProblem(settingsProblem(answer.error, words(), session()).text)
    app.people.learn([answer.value])
    setTyped(undefined)
    app.toasts.show({ text: words().saved })
  }
  return (
    <form
      class="ui-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (busy()) return
        setBusy(true)
        save()
          .catch(() => setProblem(words().failed.other))
          .finally(() => setBusy(false))
      }}
    >
      <dl class="settings-line">
        <dt>{words().handle}</dt>
        <dd>{`@${me()?.handle ?? ""}`}</dd>
      </dl>
      <Field
        ref={(node) => {
          input = node
        }}
        label={words().displayName}
        value={name()}
        onInput={setTyped}
        autocomplete="nickname"
        maxlength={64}
        required
        error={missing() ? words().displayNameMissing : undefined}
      />
      <FormProblem text={problem()} />
      <Button type="submit" busy={busy()}>
        {words().save}
      </Button>
    </form>
  )
}
