/** Signing in with a username and a password; says once why one was signed out. */
import { A, useNavigate } from "@solidjs/router"
import { createSignal, Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Field } from "../../ui/Field.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { PasswordField } from "../../ui/PasswordField.tsx"
import { FormProblem } from "./FormProblem.tsx"
import { SessionFrame } from "./SessionFrame.tsx"
import { type SessionField, type SessionProblem, sessionProblem } from "./sessionProblem.ts"

export const SignInPage = () => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().session
  const [handle, setHandle] = createSignal("")
  const [password, setPassword] = createSignal("")
  const [problem, setProblem] = createSignal<SessionProblem>()
  const [busy, setBusy] = createSignal(false)
  const inputs: Partial<Record<SessionField, HTMLInputElement>> = {}

  const fail = (found: SessionProblem) => {
    setProblem(found)
    inputs[found.field ?? "password"]?.focus()
  }
  const submit = async () => {
    if (busy()) return
    if (handle().trim() === "") return fail({ field: "handle", text: words().missing.handle })
    if (password() === "") return fail({ field: "password", text: words().missing.password })
    setBusy(true)
    setProblem(undefined)
    const answer = await app.signIn({ handle: handle().trim(), password: password() })
    setBusy(false)
    if (answer.ok) navigate("/", { replace: true })
    else fail(sessionProblem(answer.error, words()))
  }
  const of = (field: SessionField | undefined) => (problem()?.field === field ? problem()?.text : undefined)

  return (
    <SessionFrame title={words().signInTitle}>
      <WhySignedOut />
      <form
        class="session-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit().catch(() => setBusy(false))
        }}
      >
        <Field
          ref={(input) => {
            inputs.handle = input
            queueMicrotask(() => input.focus())
          }}
          label={words().handle}
          name="username"
          value={handle()}
          onInput={setHandle}
          autocomplete="username"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="next"
          required
          error={of("handle")}
        />
        <PasswordField
          ref={(input) => {
            inputs.password = input
          }}
          label={words().password}
          name="password"
          value={password()}
          onInput={setPassword}
          autocomplete="current-password"
          error={of("password")}
        />
        <FormProblem text={problem()?.field === undefined ? problem()?.text : undefined} />
        <Button kind="primary" type="submit" busy={busy()}>
          {words().signIn}
        </Button>
      </form>
      <A class="session-other" href="/register">
        {words().toRegister}
      </A>
    </SessionFrame>
  )
}

const WhySignedOut = () => {
  const app = useApp()
  const out = () => {
    const session = app.session()
    return session._tag === "signedOut" ? session : undefined
  }
  const lines = () => {
    const { why, unsent = 0 } = out() ?? {}
    const words = app.i18n.t().session
    return [...(why === undefined ? [] : [words.why[why]]), ...(unsent > 0 ? [words.unsentWaits(unsent)] : [])]
  }
  return (
    <Show when={lines().length > 0}>
      <p class="session-note" role="status">
        <Icon name="info" />
        <span>{lines().join(" ")}</span>
      </p>
    </Show>
  )
}
