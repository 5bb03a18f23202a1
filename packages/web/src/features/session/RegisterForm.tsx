/** The form for a new account. The first account of a server is its administrator's, and is told so. */
import { useNavigate } from "@solidjs/router"
import { createSignal, Show } from "solid-js"
import { useApp } from "../../app/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Field } from "../../ui/Field.tsx"
import { PasswordField } from "../../ui/PasswordField.tsx"
import { FormProblem } from "./FormProblem.tsx"
import { inviteCode } from "./inviteCode.ts"
import { type SessionField, type SessionProblem, sessionProblem } from "./sessionProblem.ts"

/** Code points; the server decides, this only says so before. */
const passwordMin = 10

export const RegisterForm = (props: { readonly asksInvite: boolean }) => {
  const app = useApp()
  const navigate = useNavigate()
  const words = () => app.i18n.t().session
  const [handle, setHandle] = createSignal("")
  const [displayName, setDisplayName] = createSignal("")
  const [password, setPassword] = createSignal("")
  const [invite, setInvite] = createSignal("")
  const [problem, setProblem] = createSignal<SessionProblem>()
  const [busy, setBusy] = createSignal(false)
  const inputs: Partial<Record<SessionField, HTMLInputElement>> = {}

  const missing = (): SessionProblem | undefined => {
    if (props.asksInvite && inviteCode(invite()) === "") return { field: "invite", text: words().missing.invite }
    if (handle().trim() === "") return { field: "handle", text: words().missing.handle }
    if ([...password()].length < passwordMin) return { field: "password", text: words().failed.password.too_short }
    return undefined
  }
  const fail = (found: SessionProblem) => {
    // A link's code has no field: what is wrong with it is about the whole.
    setProblem(found.field === "invite" && !props.asksInvite ? { text: found.text } : found)
    inputs[found.field ?? "handle"]?.focus()
  }
  const submit = async () => {
    if (busy()) return
    const found = missing()
    if (found !== undefined) return fail(found)
    setBusy(true)
    setProblem(undefined)
    const code = props.asksInvite ? inviteCode(invite()) : app.invite()
    const answer = await app.register({
      handle: handle().trim(),
      password: password(),
      ...(displayName().trim() === "" ? {} : { displayName: displayName().trim() }),
      ...(code === undefined ? {} : { invite: code })
    })
    setBusy(false)
    if (!answer.ok) return fail(sessionProblem(answer.error, words()))
    const session = app.session()
    const { admin, name } =
      session._tag === "signedIn" ? { admin: session.me.admin, name: session.me.displayName } : { admin: false, name: handle().trim() }
    app.toasts.show({ text: admin ? words().madeAdmin(name) : words().welcome(name) })
    navigate("/", { replace: true })
  }
  const of = (field: SessionField) => (problem()?.field === field ? problem()?.text : undefined)

  return (
    <form
      class="session-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit().catch(() => setBusy(false))
      }}
    >
      <Show when={props.asksInvite}>
        <Field
          ref={(input) => {
            inputs.invite = input
          }}
          label={words().invite}
          hint={words().inviteHint}
          name="invite"
          value={invite()}
          onInput={setInvite}
          autocomplete="one-time-code"
          autocapitalize="off"
          spellcheck={false}
          required
          error={of("invite")}
        />
      </Show>
      <Field
        ref={(input) => {
          inputs.handle = input
          queueMicrotask(() => input.focus())
        }}
        label={words().handle}
        hint={words().handleHint}
        name="username"
        value={handle()}
        onInput={setHandle}
        autocomplete="username"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="next"
        maxlength={64}
        required
        error={of("handle")}
      />
      <Field
        label={words().displayName}
        hint={words().displayNameHint}
        name="displayName"
        value={displayName()}
        onInput={setDisplayName}
        autocomplete="nickname"
        enterkeyhint="next"
        maxlength={64}
      />
      <PasswordField
        ref={(input) => {
          inputs.password = input
        }}
        label={words().password}
        hint={words().passwordHint}
        name="password"
        value={password()}
        onInput={setPassword}
        autocomplete="new-password"
        error={of("password")}
      />
      <FormProblem text={problem()?.field === undefined ? problem()?.text : undefined} />
      <Button kind="primary" type="submit" busy={busy()}>
        {words().register}
      </Button>
    </form>
  )
}
