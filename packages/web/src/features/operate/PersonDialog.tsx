/** One account: its state, the acts of an administrator on it, and its devices, which are loaded only on demand. */
import type { AdminPerson } from "@hibiki/core/domain/Admin"
import type { DeviceId } from "@hibiki/core/domain/Ids"
import { A } from "@solidjs/router"
import { type Accessor, createMemo, createSignal, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { Answer } from "../../runtime/Chat.ts"
import { Button } from "../../ui/Button.tsx"
import { Dialog } from "../../ui/Dialog.tsx"
import { FormProblem } from "../../ui/Field.tsx"
import { CopyField } from "../settings/CopyField.tsx"
import { Confirm, type Question } from "./Confirm.tsx"
import { createAct } from "./createAct.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { useAdminWords } from "./useAdminWords.ts"

type Device = Answer<"admin.devices">[number]

/** A bot is never an administrator. */
export const roleOf = ({ admin, bot }: Pick<AdminPerson, "admin" | "bot">) => (bot ? "bot" : admin ? "admin" : "person")

interface PersonDialogProps {
  readonly person: AdminPerson
  readonly onChange: (to: Partial<AdminPerson>) => void
  readonly onClose: () => void
}

type Ask = (question: Question) => void

export const PersonDialog = (props: PersonDialogProps) => {
  const app = useApp()
  const words = useAdminWords()
  const [question, setQuestion] = createSignal<Question>()
  return (
    <Dialog open title={props.person.displayName} onClose={() => props.onClose()}>
      <div class="operate-person">
        <p class="operate-soft">
          <bdi>@{props.person.handle}</bdi>
          {` · ${words().people.roles[roleOf(props.person)]} · `}
          <span role="status" classList={{ "operate-bad": props.person.disabled }}>
            {props.person.disabled ? words().people.disabled : words().people.enabled}
          </span>
          <br />
          {words().people.joined(app.i18n.full(props.person.createdAt))}
          <br />
          <A href={`/operate/audit?target=${props.person.userId}`}>{words().people.entries}</A>
        </p>
        <AccountActs person={props.person} ask={setQuestion} onChange={(to) => props.onChange(to)} />
        <Show when={!props.person.bot && !props.person.disabled}>
          <ResetLink person={props.person} />
        </Show>
        <Devices person={props.person} ask={setQuestion} onChange={(to) => props.onChange(to)} />
      </div>
      <Confirm of={question()} onClose={() => setQuestion(undefined)} />
    </Dialog>
  )
}

interface PartProps {
  readonly person: AdminPerson
  readonly ask: Ask
  readonly onChange: (to: Partial<AdminPerson>) => void
}

/** Each button keeps its place and the focus while the state that it changes turns. */
const AccountActs = (props: PartProps) => {
  const app = useApp()
  const words = useAdminWords()
  const enabling = createAct()
  const name = () => props.person.displayName
  const done = (to: Partial<AdminPerson>, text: string) => {
    props.onChange(to)
    app.toasts.show({ text })
    return true
  }
  const disable = (): Question => ({
    title: words().people.disableTitle(name()),
    text: words().people.disableText(name()),
    label: words().people.disable,
    run: async (act) => {
      const ended = await act.run("admin.disable", { userId: props.person.userId })
      if (ended === undefined) return false
      return done({ disabled: true, devices: 0 }, words().people.disableDone(name(), ended.devices, ended.invites))
    }
  })
  const enable = async () => {
    const answer = await enabling.run("admin.enable", { userId: props.person.userId })
    if (answer !== undefined) done({ disabled: false }, words().people.enableDone(name()))
  }
  const role = (): Question => {
    const { demote, demoteDone, demoteText, demoteTitle, promote, promoteDone, promoteText, promoteTitle } =
      words().people
    const isAdmin = props.person.admin
    return {
      title: (isAdmin ? demoteTitle : promoteTitle)(name()),
      text: (isAdmin ? demoteText : promoteText)(name()),
      label: isAdmin ? demote : promote,
      run: async (act) => {
        const answer = await act.run(isAdmin ? "admin.demote" : "admin.promote", { userId: props.person.userId })
        return answer !== undefined && done({ admin: !isAdmin }, (isAdmin ? demoteDone : promoteDone)(name()))
      }
    }
  }
  return (
    <>
      <div class="operate-acts">
        <Button
          kind={props.person.disabled ? "plain" : "danger"}
          busy={enabling.busy()}
          onClick={() => (props.person.disabled ? void enable() : props.ask(disable()))}
        >
          {props.person.disabled ? words().people.enable : words().people.disable}
        </Button>
        <Show when={!props.person.bot}>
          <Button onClick={() => props.ask(role())}>
            {props.person.admin ? words().people.demote : words().people.promote}
          </Button>
        </Show>
      </div>
      <FormProblem text={enabling.problem()} />
    </>
  )
}

const ResetLink = (props: { readonly person: AdminPerson }) => {
  const app = useApp()
  const words = useAdminWords()
  const act = createAct()
  const [made, setMade] = createSignal<{ readonly link: string; readonly until: number }>()
  const make = async () => {
    const answer = await act.run("admin.resetLink", { userId: props.person.userId })
    if (answer === undefined) return
    setMade({
      link: `${location.origin}/reset#reset=${encodeURIComponent(answer.code)}`,
      until: Date.now() + answer.ttlMs
    })
  }
  return (
    <section class="operate-part">
      <div class="operate-acts">
        <Button busy={act.busy()} onClick={() => void make()}>
          {words().people.reset}
        </Button>
      </div>
      <p class="page-note">{words().people.resetHint(props.person.displayName)}</p>
      <FormProblem text={act.problem()} />
      <Show when={made()} keyed>
        {({ link, until }) => (
          <CopyField
            label={words().people.resetLink}
            hint={words().people.resetValid(app.i18n.time(until))}
            text={link}
          />
        )}
      </Show>
    </section>
  )
}

const Devices = (props: PartProps) => {
  const app = useApp()
  const words = useAdminWords()
  const act = createAct()
  const [list, setList] = createSignal<ReadonlyArray<Device>>()
  const look = async () => {
    const answer = await act.run("admin.devices", { userId: props.person.userId })
    if (answer === undefined) return
    setList(answer)
    props.onChange({ devices: answer.length })
  }
  const gone = (deviceId: DeviceId) => {
    const left = list()?.filter((device) => device.deviceId !== deviceId) ?? []
    setList(left)
    props.onChange({ devices: left.length })
  }
  const signOut = ({ deviceId, name }: Device): Question => ({
    title: words().people.signOutTitle(name),
    text: words().people.signOutText,
    label: words().people.signOut,
    run: async (signingOut) => {
      const answer = await signingOut.run("admin.signOutDevice", { userId: props.person.userId, deviceId })
      if (answer === undefined) return false
      gone(deviceId)
      app.toasts.show({ text: words().people.signOutDone(name) })
      return true
    }
  })
  // A disabled account has no devices any more.
  const rows = createMemo(() =>
    (props.person.disabled ? [] : (list() ?? [])).map((row) => ({ ...row, key: row.deviceId }))
  )
  const columns = createDeviceColumns((device) => props.ask(signOut(device)))
  return (
    <section class="operate-part">
      <div class="operate-acts">
        <Button busy={act.busy()} onClick={() => void look()}>
          {words().people.showDevices}
        </Button>
      </div>
      <p class="page-note">{words().people.lookNote}</p>
      <FormProblem text={act.problem()} />
      <Show when={list()}>
        <DataTable
          caption={words().people.devices}
          columns={columns()}
          rows={rows()}
          sort={{ key: "", descending: true }}
          onSort={() => undefined}
          none={words().people.noDevices}
        />
      </Show>
    </section>
  )
}

type DeviceColumns = ReadonlyArray<Column<Device & { readonly key: string }, "device" | "used" | "act">>

const createDeviceColumns = (onSignOut: (device: Device) => void): Accessor<DeviceColumns> => {
  const app = useApp()
  const words = useAdminWords()
  const kindOf = ({ kind }: Device) => new Map(Object.entries(app.i18n.t().presence.kinds)).get(kind) ?? kind
  return createMemo<DeviceColumns>(() => {
    const { people } = words()
    return [
      {
        key: "device",
        label: people.device,
        sorts: false,
        cell: (row) => (
          <span class="operate-two-lines">
            <span class="operate-wraps">{row().name}</span>
            <span class="operate-soft">{kindOf(row())}</span>
          </span>
        )
      },
      {
        key: "used",
        label: people.lastUsed,
        sorts: false,
        cell: (row) => (
          <time datetime={new Date(row().lastUsedAt).toISOString()} title={app.i18n.full(row().lastUsedAt)}>
            {app.i18n.ago(row().lastUsedAt, app.minute())}
          </time>
        )
      },
      {
        key: "act",
        label: people.act,
        sorts: false,
        cell: (row) => (
          <Button label={people.signOutNamed(row().name)} onClick={() => onSignOut(row())}>
            {people.signOut}
          </Button>
        )
      }
    ]
  })
}
