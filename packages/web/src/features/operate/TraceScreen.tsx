/** "Message": where one message was, by its id. Each look has a reason, is told to those who appear, and is audited. */
import type { CommandId } from "@hibiki/core/domain/Ids"
import type { MessageTrace } from "@hibiki/core/domain/MessageTrace"
import { isUuid } from "@hibiki/core/domain/TextRules"
import { type Accessor, createMemo, createSignal, Show } from "solid-js"
import { useApp } from "../../model/App.ts"
import type { Payload } from "../../runtime/Chat.ts"
import { Button } from "../../ui/Button.tsx"
import { Field, FormProblem, PasswordField } from "../../ui/Field.tsx"
import { secret } from "../settings/settingsProblem.ts"
import { createAct } from "./createAct.ts"
import { type Column, DataTable } from "./DataTable.tsx"
import { Select } from "./Filters.tsx"
import { notMeasured } from "./figures.ts"
import { type DeviceTraceRow, deviceRows, type StationRow, stationRows } from "./traceRows.ts"
import { useFigures } from "./useOperateWords.ts"
import { useTraceWords } from "./useTraceWords.ts"
import "./admin.css"

type Reason = Payload<"admin.trace">["reason"]
/** In the order of the list. */
const reasons = ["asked", "fault", "abuse", "security"] as const satisfies ReadonlyArray<Reason>
const isReason = (text: string): text is Reason => reasons.some((reason) => reason === text)

export const TraceScreen = () => {
  const words = useTraceWords()
  const [trace, setTrace] = createSignal<MessageTrace>()
  return (
    <div class="operate-list">
      <p class="page-note">{words().intro}</p>
      <TraceForm onFound={setTrace} />
      <Show when={trace()}>{(found) => <Found trace={found()} />}</Show>
    </div>
  )
}

const TraceForm = (props: { readonly onFound: (trace: MessageTrace | undefined) => void }) => {
  const words = useTraceWords()
  const act = createAct()
  const [messageId, setMessageId] = createSignal("")
  const [handle, setHandle] = createSignal("")
  const [reason, setReason] = createSignal<Reason>("asked")
  const [password, setPassword] = createSignal("")
  const [wrong, setWrong] = createSignal(false)
  const look = async () => {
    const typed = messageId().trim().toLowerCase()
    setWrong(!isUuid(typed))
    if (wrong()) return
    props.onFound(undefined)
    const named = handle().trim()
    const found = await act.run("admin.trace", {
      messageId: typed as CommandId,
      reason: reason(),
      password: secret(password()),
      ...(named === "" ? {} : { handle: named })
    })
    setPassword("")
    props.onFound(found)
  }
  return (
    <form
      class="operate-person"
      aria-label={words().form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void look()
      }}
    >
      <Field
        label={words().messageId}
        hint={words().messageIdHint}
        error={wrong() ? words().messageIdWrong : undefined}
        value={messageId()}
        onInput={setMessageId}
        autocapitalize="off"
        spellcheck={false}
        maxlength={80}
      />
      <Field
        label={words().handle}
        hint={words().handleHint}
        value={handle()}
        onInput={setHandle}
        autocapitalize="off"
        spellcheck={false}
        maxlength={64}
      />
      <Select
        label={words().reason}
        chosen={reason()}
        options={reasons.map((value) => ({ value, label: words().reasons[value] }))}
        onChoose={(chosen) => {
          if (isReason(chosen)) setReason(chosen)
        }}
      />
      <PasswordField
        label={words().password}
        hint={words().limit}
        name="password"
        autocomplete="current-password"
        value={password()}
        onInput={setPassword}
      />
      <FormProblem text={act.problem()} />
      <div class="operate-acts">
        <Button kind="primary" type="submit" busy={act.busy()} disabled={messageId() === "" || password() === ""}>
          {words().look}
        </Button>
      </div>
    </form>
  )
}

const Found = (props: { readonly trace: MessageTrace }) => {
  const words = useTraceWords()
  const figures = useFigures()
  const devices = createDeviceColumns()
  const stations = createStationColumns()
  return (
    <section class="operate-person" aria-label={words().record}>
      <Record trace={props.trace} />
      <DataTable
        titled
        caption={words().people.caption}
        columns={devices()}
        rows={deviceRows(props.trace)}
        sort={{ key: "", descending: false }}
        onSort={() => undefined}
        none={words().people.none}
      />
      <Show when={props.trace.others > 0}>
        <p class="page-note">{words().others(figures().count(props.trace.others))}</p>
      </Show>
      <DataTable
        titled
        caption={words().stations.caption}
        columns={stations()}
        rows={stationRows(props.trace)}
        sort={{ key: "", descending: false }}
        onSort={() => undefined}
        none={words().stations.none}
      />
      <Show when={props.trace.alone}>
        <p class="page-note">{words().alone}</p>
      </Show>
      <Show when={props.trace.silent > 0}>
        <p class="page-note">{words().silent(figures().count(props.trace.silent))}</p>
      </Show>
    </section>
  )
}

const Record = (props: { readonly trace: MessageTrace }) => {
  const app = useApp()
  const words = useTraceWords()
  const figures = useFigures()
  const text = () => {
    const { record } = props.trace
    if (record === undefined) return words().nothing
    const time = app.i18n.full(record.at)
    if (record.refused !== undefined) return words().refused(record.refused, record.conversationId, time)
    return words().stored(figures().count(record.seq ?? 0), record.conversationId, time)
  }
  const author = () => props.trace.people[0]?.displayName
  return (
    <div role="status">
      <p class="operate-wraps">{text()}</p>
      <Show when={author()}>{(name) => <p>{words().by(name())}</p>}</Show>
    </div>
  )
}

type DeviceColumns = ReadonlyArray<Column<DeviceTraceRow, "person" | "device" | "received" | "read" | "push">>

const createDeviceColumns = (): Accessor<DeviceColumns> => {
  const words = useTraceWords()
  return createMemo<DeviceColumns>(() => {
    const { people } = words()
    const standing = ({ person }: DeviceTraceRow) =>
      person.member ? (person.muted ? people.muted : `@${person.handle}`) : people.left
    const received = ({ has }: DeviceTraceRow) => (has === undefined ? notMeasured : has ? people.has : people.hasNot)
    const read = ({ isRead }: DeviceTraceRow) =>
      isRead === undefined ? notMeasured : isRead ? people.readYes : people.readNo
    return [
      {
        key: "person",
        label: people.person,
        sorts: false,
        cell: (row) => (
          <span class="operate-two-lines">
            <span class="operate-wraps">{row().person.displayName}</span>
            <bdi class="operate-soft">{standing(row())}</bdi>
          </span>
        )
      },
      {
        key: "device",
        label: people.device,
        sorts: false,
        cell: (row) => <span class="operate-wraps">{row().device?.name ?? people.noDevice}</span>
      },
      { key: "received", label: people.received, sorts: false, cell: (row) => <>{received(row())}</> },
      { key: "read", label: people.read, sorts: false, cell: (row) => <>{read(row())}</> },
      {
        key: "push",
        label: people.push,
        sorts: false,
        cell: (row) => <>{people.pushes[row().push ?? ""] ?? row().push ?? people.noPush}</>
      }
    ]
  })
}

type StationColumns = ReadonlyArray<Column<StationRow, "station" | "time" | "after" | "who" | "process" | "clock">>

const createStationColumns = (): Accessor<StationColumns> => {
  const words = useTraceWords()
  const figures = useFigures()
  return createMemo<StationColumns>(() => {
    const { stations } = words()
    const { clock, ms } = figures()
    const named = ({ code, station }: StationRow) => {
      const name = stations.names[station] ?? station
      return code === undefined ? name : `${name} (${code})`
    }
    return [
      { key: "station", label: stations.station, sorts: false, cell: (row) => <>{named(row())}</> },
      { key: "time", label: stations.time, numeric: true, sorts: false, cell: (row) => <>{clock(row().at)}</> },
      {
        key: "after",
        label: stations.after,
        numeric: true,
        sorts: false,
        cell: (row) => <>{stations.afterMs(ms(row().afterMs))}</>
      },
      {
        key: "who",
        label: stations.who,
        sorts: false,
        cell: (row) => (
          <span class="operate-two-lines">
            <span class="operate-wraps">{row().who}</span>
            <span class="operate-soft">{row().device}</span>
          </span>
        )
      },
      {
        key: "process",
        label: stations.process,
        sorts: false,
        cell: (row) => <span title={row().node}>{row().process}</span>
      },
      {
        key: "clock",
        label: stations.clock,
        numeric: true,
        sorts: false,
        cell: (row) => <>{stations.clockMs(ms(row().clockAheadMs), ms(row().clockDoubtMs))}</>
      }
    ]
  })
}
