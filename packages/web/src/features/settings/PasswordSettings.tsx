/** Changes the password, and optionally ends the other devices. */
import { createSignal } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { FormProblem, PasswordField } from "../../ui/Field.tsx"
import { createFieldFocus } from "../../ui/focus.ts"
import { useSessionWords } from "../session/useSessionWords.ts"
import { type SettingsProblem, secret, settingsProblem } from "./settingsProblem.ts"
import { useSettingsWords } from "./useSettingsWords.ts"

export const PasswordSettings = () => {
  const app = useApp()
  const words = useSettingsWords()
  const session = useSessionWords()
  const [current, setCurrent] = createSignal("")
  const [next, setNext] = createSignal("")
  const [revokeOthers, setRevokeOthers] = createSignal(true)
  const [problem, setProblem] = createSignal<SettingsProblem>()
  const [busy, setBusy] = createSignal(false)
  const of = (field: SettingsProblem["field"]) => (problem()?.field === field ? problem()?.text : undefined)

  const fields = createFieldFocus<"current" | "next">()
  const refuse = (found: SettingsProblem) => {
    setProblem(found)
    fields.focus(found.field)
  }

  const change = async () => {
    setProblem(undefined)
    if (current() === "") return refuse({ field: "current", text: session().missing.password })
    if (next() === "") return refuse({ field: "next", text: session().missing.password })
    const chat = await app.whenLive()
    const answer = await chat.call("auth.changePassword", {
      current: secret(current()),
      next: secret(next()),
      revokeOthers: revokeOthers()
    })
    if (!answer.ok) return refuse(settingsProblem(answer.error, words(), session()))
    setCurrent("")
    setNext("")
    app.toasts.show({ text: words().passwordChanged })
  }
  return (
    <form
      class="ui-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (busy()) return
        setBusy(true)
        change()
          .catch(() => setProblem({ text: words().failed.other }))
          .finally(() => setBusy(false))
      }}
    >
      <HiddenName />
      <PasswordField
        ref={fields.keep("current")}
        label={words().currentPassword}
        name="current-password"
        value={current()}
        onInput={setCurrent}
        autocomplete="current-password"
        error={of("current")}
      />
      <PasswordField
        ref={fields.keep("next")}
        label={words().nextPassword}
        name="new-password"
        value={next()}
        onInput={setNext}
        autocomplete="new-password"
        hint={session().passwordHint}
        error={of("next")}
      />
      <label class="settings-check">
        <input
          type="checkbox"
          checked={revokeOthers()}
          onChange={(event) => setRevokeOthers(event.currentTarget.checked)}
        />
        <span>{words().revokeOthers}</span>
      </label>
      <FormProblem text={of(undefined)} />
      <Button type="submit" busy={busy()}>
        {words().changePassword}
      </Button>
    </form>
  )
}

/** Tells password managers the account of this password. */
const HiddenName = () => {
  const app = useApp()
  const handle = () => {
    const session = app.session()
    return session._tag === "signedIn" ? session.me.handle : ""
  }
  return <input hidden type="text" name="username" autocomplete="username" readonly value={handle()} />
}
