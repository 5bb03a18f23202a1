/** Asks for the password before another device, or all others, are signed out. */
import type { ListedDevice } from "@hibiki/core/domain/Conversation"
import { createSignal, createUniqueId } from "solid-js"
import { useApp } from "../../model/App.ts"
import { Button } from "../../ui/Button.tsx"
import { Dialog } from "../../ui/Dialog.tsx"
import { FormProblem, PasswordField } from "../../ui/Field.tsx"
import { useSessionWords } from "../session/useSessionWords.ts"
import { type SettingsProblem, secret, settingsProblem } from "../settings/settingsProblem.ts"
import { useSettingsWords } from "../settings/useSettingsWords.ts"
import { useDevicesWords } from "./useDevicesWords.ts"

/** Without a device: all devices but this one. */
export interface Revoking {
  readonly device?: ListedDevice
}

export interface RevokeDialogProps {
  readonly of: Revoking
  readonly onClose: () => void
  /** Called with the text to show. */
  readonly onDone: (text: string) => void
}

export const RevokeDialog = (props: RevokeDialogProps) => {
  const app = useApp()
  const words = useDevicesWords()
  const settings = useSettingsWords()
  const session = useSessionWords()
  const formId = createUniqueId()
  const [password, setPassword] = createSignal("")
  const [problem, setProblem] = createSignal<SettingsProblem>()
  const [busy, setBusy] = createSignal(false)

  let input: HTMLInputElement | undefined
  const tell = (found: SettingsProblem) => {
    setProblem(found)
    if (found.field !== undefined) input?.focus()
  }
  const refuse = (error: Parameters<typeof settingsProblem>[0]) => tell(settingsProblem(error, settings(), session()))
  const revoke = async () => {
    if (password() === "") return tell({ field: "current", text: session().missing.password })
    setProblem(undefined)
    const { device } = props.of
    const chat = await app.whenLive()
    if (device === undefined) {
      const answer = await chat.call("device.revokeOthers", { password: secret(password()) })
      if (answer.ok) props.onDone(words().signedOutOthers(answer.value.revoked.length))
      else refuse(answer.error)
      return
    }
    const answer = await chat.call("device.revoke", { deviceId: device.deviceId, password: secret(password()) })
    // If the device is already gone, that is the wanted result.
    if (answer.ok || answer.error._tag === "NotFound") props.onDone(words().signedOut(device.name))
    else refuse(answer.error)
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (busy()) return
    setBusy(true)
    revoke()
      .catch(() => setProblem({ text: settings().failed.other }))
      .finally(() => setBusy(false))
  }
  const title = () => (props.of.device === undefined ? words().askOthersTitle : words().askTitle(props.of.device.name))
  return (
    <Dialog
      open
      title={title()}
      onClose={() => props.onClose()}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{app.i18n.t().kit.cancel}</Button>
          <Button kind="danger" type="submit" form={formId} busy={busy()}>
            {words().signOut}
          </Button>
        </>
      }
    >
      <form id={formId} class="ui-form" noValidate onSubmit={submit}>
        <p>{words().askText}</p>
        <PasswordField
          ref={(node) => {
            input = node
            queueMicrotask(() => node.focus())
          }}
          label={words().password}
          name="password"
          value={password()}
          onInput={setPassword}
          autocomplete="current-password"
          error={problem()?.field === undefined ? undefined : problem()?.text}
        />
        <FormProblem text={problem()?.field === undefined ? problem()?.text : undefined} />
      </form>
    </Dialog>
  )
}
