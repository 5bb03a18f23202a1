/** Making an account, as far as this server lets strangers: freely, with an invite, or not at all. */
import { A } from "@solidjs/router"
import { createResource, Match, Show, Switch } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { focusFirst } from "../../ui/focusFirst.ts"
import { passFocus } from "../../ui/passFocus.ts"
import { Spinner } from "../../ui/Spinner.tsx"
import { RegisterForm } from "./RegisterForm.tsx"
import { SessionFrame } from "./SessionFrame.tsx"
import { useSessionWords } from "./useSessionWords.ts"

export const RegisterPage = () => {
  const app = useApp()
  const words = useSessionWords()
  const [policy, { refetch }] = createResource(() => app.policy())
  // What the answer brought: the form, or the way to sign in.
  const toFirst = () => {
    const first = document.querySelector<HTMLElement>(".session-card :is(input, a)")
    if (first !== null) focusFirst(first)
  }
  return (
    <SessionFrame title={words().registerTitle}>
      <Switch>
        <Match when={app.invite() !== undefined}>
          <RegisterForm asksInvite={false} />
        </Match>
        <Match when={policy.state === "pending"}>
          <Spinner label={app.i18n.t().kit.loading} />
        </Match>
        <Match when={policy.latest === undefined}>
          <p>{words().failed.unreachable}</p>
          {/* Kept while it asks again: taken away it would let the focus fall to the page. */}
          <Button ref={passFocus(toFirst)} busy={policy.loading} onClick={() => refetch()}>
            {app.i18n.t().kit.retry}
          </Button>
        </Match>
        <Match when={policy.latest?.registration === "closed"}>
          <p>{words().registrationClosed}</p>
        </Match>
        <Match when={policy.latest}>{(known) => <RegisterForm asksInvite={known().registration === "invite"} />}</Match>
      </Switch>
      <Show when={app.session()._tag === "signedOut"}>
        <A class="session-other" href="/sign-in">
          {words().toSignIn}
        </A>
      </Show>
    </SessionFrame>
  )
}
