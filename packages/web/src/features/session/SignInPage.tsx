/** Sign-in with a username and a password. Shows once why the user was signed out. */
import { A } from "@solidjs/router"
import { createSignal, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { FormProblem, PasswordField } from "../../ui/Field.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { createSessionForm } from "./createSessionForm.ts"
import { HandleField, SessionFrame } from "./SessionFrame.tsx"
import { useSessionWords } from "./useSessionWords.ts"

export const SignInPage = () => {
  const app = useApp()
  const words = useSessionWords()
  const [handle, setHandle] = createSignal("")
  const [password, setPassword] = createSignal("")
  const form = createSessionForm({
    first: "handle",
    again: "password",
    missing: () => {
      if (handle().trim() === "") return { field: "handle", text: words().missing.handle }
      return password() === "" ? { field: "password", text: words().missing.password } : undefined
    },
    whose: () => handle().trim(),
    send: () => app.signIn({ handle: handle().trim(), password: password() })
  })
  return (
    <SessionFrame title={words().signInTitle}>
      <WhySignedOut past={form.refused()} />
      <form class="session-form" noValidate onSubmit={form.onSubmit}>
        <HandleField form={form} value={handle()} onInput={setHandle} />
        <PasswordField
          ref={form.keep("password")}
          label={words().password}
          name="password"
          value={password()}
          onInput={setPassword}
          autocomplete="current-password"
          error={form.problemOf("password")}
        />
        <FormProblem text={form.problem()} seen={form.waits()} />
        <Button kind="primary" type="submit" busy={form.busy()} disabled={form.waits() !== undefined}>
          {words().signIn}
        </Button>
      </form>
      <A class="session-other" href="/register">
        {words().toRegister}
      </A>
    </SessionFrame>
  )
}

/** `past`: leaves out the reason, because the result of a sign-in attempt is already shown. */
const WhySignedOut = (props: { readonly past: boolean }) => {
  const app = useApp()
  const words = useSessionWords()
  const lines = () => {
    const session = app.session()
    if (session._tag === "signedIn") return []
    const { unsent = 0, why } = session
    return [
      ...(why === undefined || props.past ? [] : [words().why[why]]),
      ...(unsent > 0 ? [words().unsentWaits(unsent)] : [])
    ]
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
