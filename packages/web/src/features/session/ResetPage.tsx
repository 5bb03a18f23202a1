/** Sets a new password by the code of a link that an administrator made. */
import { A } from "@solidjs/router"
import { createSignal, Match, Show, Switch } from "solid-js"
import { useApp } from "../../model/App.ts"
import { takeResetCode } from "../../model/addresses.ts"
import { Button } from "../../ui/Button.tsx"
import { FormProblem, PasswordField } from "../../ui/Field.tsx"
import { createSessionForm } from "./createSessionForm.ts"
import { SessionFrame } from "./SessionFrame.tsx"
import { useSessionWords } from "./useSessionWords.ts"

export const ResetPage = () => {
  const words = useSessionWords()
  const code = takeResetCode(location, history)
  const [handle, setHandle] = createSignal<string>()
  return (
    <SessionFrame title={words().resetTitle}>
      <Switch fallback={<p>{words().resetNoCode}</p>}>
        <Match when={handle()}>
          {(name) => (
            <p ref={(node) => queueMicrotask(() => node.focus())} tabindex="-1">
              {words().resetDone(name())}
            </p>
          )}
        </Match>
        <Match when={code}>{(known) => <ResetForm code={known()} onDone={setHandle} />}</Match>
      </Switch>
      <Show when={handle() !== undefined || code === undefined}>
        <A class="session-other" href="/sign-in">
          {words().signIn}
        </A>
      </Show>
    </SessionFrame>
  )
}

const ResetForm = (props: { readonly code: string; readonly onDone: (handle: string) => void }) => {
  const app = useApp()
  const words = useSessionWords()
  const [password, setPassword] = createSignal("")
  const form = createSessionForm({
    first: "password",
    missing: () => (password() === "" ? { field: "password", text: words().missing.password } : undefined),
    send: async () => {
      const answer = await app.resetPassword({ code: props.code, password: password() })
      if (answer.ok) props.onDone(answer.handle)
      return answer
    }
  })
  return (
    <>
      <p>{words().resetText}</p>
      <form class="session-form" noValidate onSubmit={form.onSubmit}>
        <PasswordField
          ref={form.keep("password")}
          label={words().resetPassword}
          hint={words().passwordHint}
          name="password"
          value={password()}
          onInput={setPassword}
          autocomplete="new-password"
          error={form.problemOf("password")}
        />
        <p class="page-note">{words().resetEnds}</p>
        <FormProblem text={form.problem()} seen={form.waits()} />
        <Button kind="primary" type="submit" busy={form.busy()} disabled={form.waits() !== undefined}>
          {words().reset}
        </Button>
      </form>
    </>
  )
}
