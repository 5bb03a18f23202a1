/** The form for a new account. The first account of a server is its administrator's, and is told so. */
import { createSignal, Show } from "solid-js"
import { typedName } from "../../lib/typedName.ts"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Field } from "../../ui/Field.tsx"
import { FormProblem } from "../../ui/FormProblem.tsx"
import { Icon } from "../../ui/Icon.tsx"
import { PasswordField } from "../../ui/PasswordField.tsx"
import { createSessionForm, type SessionForm } from "./createSessionForm.ts"
import { HandleField } from "./HandleField.tsx"
import { inviteCode } from "./inviteCode.ts"
import { type SessionProblem, sessionProblem } from "./sessionProblem.ts"
import { useSessionWords } from "./useSessionWords.ts"

/** Code points; the server decides, this only says so before. */
const passwordMin = 10

export const RegisterForm = (props: { readonly asksInvite: boolean }) => {
  const app = useApp()
  const words = useSessionWords()
  const [handle, setHandle] = createSignal("")
  const [displayName, setDisplayName] = createSignal("")
  const [password, setPassword] = createSignal("")
  const [invite, setInvite] = createSignal("")
  /** The invite of the link does not do: another one does. */
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
    // Before it is told what is wrong: that stands beside the field.
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
