/** Registration, as far as this server permits it: open, with an invite, or closed. */
import { A } from "@solidjs/router"
import { createResource, createSignal, Match, Show, Switch } from "solid-js"
import { typedName } from "../../lib/names.ts"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Spinner } from "../../ui/EmptyState.tsx"
import { Field, FormProblem, PasswordField } from "../../ui/Field.tsx"
import { focusFirst, passFocus } from "../../ui/focus.ts"
import { Icon } from "../../ui/Icon.tsx"
import { createSessionForm, type SessionForm } from "./createSessionForm.ts"
import { HandleField, SessionFrame } from "./SessionFrame.tsx"
import { type SessionProblem, sessionProblem } from "./sessionProblem.ts"
import { useSessionWords } from "./useSessionWords.ts"

export const RegisterPage = () => {
  const app = useApp()
  const words = useSessionWords()
  const [policy, { refetch }] = createResource(() => app.policy())
  // Focuses the first control that the answer brought: the form, or the link to sign in.
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
          {/* Stays while the request repeats: without it the focus would fall back to the page. */}
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

// The form for a new account. A server's first account belongs to its administrator, and the form says so.

/** Code points. The server decides; this check only reports it earlier. */
const passwordMin = 10

const RegisterForm = (props: { readonly asksInvite: boolean }) => {
  const app = useApp()
  const words = useSessionWords()
  const [handle, setHandle] = createSignal("")
  const [displayName, setDisplayName] = createSignal("")
  const [password, setPassword] = createSignal("")
  const [invite, setInvite] = createSignal("")
  /** The server rejected the invite of the link; another one may be valid. */
  const [refused, setRefused] = createSignal(false)
  const asksInvite = () => props.asksInvite || refused()

  const missing = (): SessionProblem | undefined => {
    if (asksInvite() && inviteCode(invite()) === "") return { field: "invite", text: words().missing.invite }
    if (handle().trim() === "") return { field: "handle", text: words().missing.handle }
    if ([...password()].length < passwordMin) return { field: "password", text: words().failed.password.too_short }
    return undefined
  }
  const send = async () => {
    const code = asksInvite() ? inviteCode(invite()) : app.invite()
    const name = typedName(displayName())
    const answer = await app.register({
      handle: handle().trim(),
      password: password(),
      ...(name === "" ? {} : { displayName: name }),
      ...(code === undefined ? {} : { invite: code })
    })
    // Before the form shows the error, which appears beside the field.
    if (!answer.ok && sessionProblem(answer.error, words()).field === "invite") setRefused(true)
    return answer
  }
  const done = () => {
    const session = app.session()
    if (session._tag !== "signedIn") return
    const { admin, displayName: name } = session.me
    app.toasts.show({ text: admin ? words().madeAdmin(name) : words().welcome(name) })
  }
  const form = createSessionForm({ missing, send, done, first: props.asksInvite ? "invite" : "handle" })

  return (
    <form class="session-form" noValidate onSubmit={form.onSubmit}>
      <Show when={app.invite() !== undefined && !asksInvite()}>
        <p class="session-note">
          <Icon name="info" />
          <span>{words().invited}</span>
        </p>
      </Show>
      <Show when={asksInvite()}>
        <InviteField form={form} value={invite()} onInput={setInvite} />
      </Show>
      <HandleField form={form} value={handle()} onInput={setHandle} hint={words().handleHint} />
      <DisplayNameField value={displayName()} onInput={setDisplayName} />
      <PasswordField
        ref={form.keep("password")}
        label={words().password}
        hint={words().passwordHint}
        name="password"
        value={password()}
        onInput={setPassword}
        autocomplete="new-password"
        error={form.problemOf("password")}
      />
      <FormProblem text={form.problem()} seen={form.waits()} />
      <Button kind="primary" type="submit" busy={form.busy()} disabled={form.waits() !== undefined}>
        {words().register}
      </Button>
    </form>
  )
}

interface PartProps {
  readonly value: string
  readonly onInput: (value: string) => void
}

const InviteField = (props: PartProps & { readonly form: SessionForm }) => {
  const words = useSessionWords()
  return (
    <Field
      ref={props.form.keep("invite")}
      label={words().invite}
      hint={words().inviteHint}
      name="invite"
      value={props.value}
      onInput={props.onInput}
      autocomplete="one-time-code"
      autocapitalize="off"
      spellcheck={false}
      required
      error={props.form.problemOf("invite")}
    />
  )
}

const DisplayNameField = (props: PartProps) => {
  const words = useSessionWords()
  return (
    <Field
      label={words().displayName}
      hint={words().displayNameHint}
      name="displayName"
      value={props.value}
      onInput={props.onInput}
      autocomplete="nickname"
      enterkeyhint="next"
      maxlength={64}
    />
  )
}

/** Returns the code from the pasted text: the code itself, or a link that contains it. */
export const inviteCode = (typed: string): string => {
  const text = typed.trim()
  const at = text.search(/[#?&]invite=/)
  if (at < 0) return text
  const code = text.slice(text.indexOf("=", at) + 1).split(/[&#\s]/)[0] ?? ""
  try {
    return decodeURIComponent(code)
  } catch {
    return code
  }
}
