// @vitest-environment jsdom
/** The way of one message as an administrator sees it, and acts on processes. */
import { assert, describe, it } from "@effect/vitest"
import type { MessageTrace, TracedPerson } from "@hibiki/core/domain/MessageTrace"
import { fireEvent, screen } from "@solidjs/testing-library"
import { TraceScreen } from "../../../src/features/operate/TraceScreen.tsx"
import { deviceRows, stationRows } from "../../../src/features/operate/traceRows.ts"
import { traceWordsEn } from "../../../src/features/operate/traceWords.en.ts"
import { traceWordsJa } from "../../../src/features/operate/traceWords.ja.ts"
import { now, person, settled, stage } from "../../ui/stage.tsx"
import { ok, refused } from "./adminRows.ts"

const words = traceWordsEn
const id = "01a2b3c4-0000-7000-8000-000000000001"

const traced = (n: number, more: Partial<TracedPerson> = {}): TracedPerson => ({
  ...person(n, `Person ${n}`),
  member: true,
  muted: false,
  readUpTo: 0,
  devices: [],
  pushes: [],
  ...more
})
const device = (deviceId: string, receivedUpTo: number) => ({
  deviceId,
  name: `device ${deviceId}`,
  kind: "browser",
  receivedUpTo
})
const trace = (more: object = {}) =>
  ({
    messageId: id,
    record: { conversationId: "a conversation", kind: "group", by: person(1, "").userId, at: now, seq: 7 },
    people: [
      traced(1, { readUpTo: 7, devices: [device("d1", 7)] as never }),
      traced(2, {
        readUpTo: 6,
        devices: [device("d2", 6), device("d3", 8)] as never,
        pushes: [
          { deviceId: "d2", at: now, seq: 7, what: "due" },
          { deviceId: "d2", at: now + 5, seq: 7, what: "sent" }
        ] as never
      }),
      traced(3, { member: false })
    ],
    others: 4,
    stations: [],
    silent: 1,
    alone: false,
    ...more
  }) as unknown as MessageTrace

const station = (name: string, at: number, more: object = {}) => ({
  ...{ station: name, at, role: "gateway", host: "h1", node: "n1", clockAheadMs: 0, clockDoubtMs: 1 },
  ...more
})

describe("the rows of a message's way", () => {
  it("say for each device whether it has the message, and what came of its push; and name people without a device", () => {
    assert.deepStrictEqual(
      deviceRows(trace()).map(({ device, has, isRead, person, push }) => [
        person.displayName,
        device?.deviceId,
        has,
        isRead,
        push
      ]),
      [
        ["Person 1", "d1", true, true, undefined],
        ["Person 2", "d2", false, false, "sent"],
        ["Person 2", "d3", true, false, undefined],
        ["Person 3", undefined, undefined, false, undefined]
      ]
    )
    const unstored = deviceRows(trace({ record: undefined }))
    assert.deepStrictEqual(new Set(unstored.map(({ has }) => has)), new Set([undefined]))
  })

  it("put stations on one clock", () => {
    const stations = [
      station("received", 1_000),
      station("taken", 1_510, { clockAheadMs: 500, role: "worker" }),
      station("sent", 1_020, { userId: person(2, "").userId, deviceId: "d3" })
    ]
    assert.deepStrictEqual(
      stationRows(trace({ stations })).map(({ afterMs, device, process, who }) => [afterMs, process, who, device]),
      [
        [0, "gateway h1", undefined, undefined],
        [10, "worker h1", undefined, undefined],
        [20, "gateway h1", "Person 2", "device d3"]
      ]
    )
  })
})

const fill = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } })
const open = async (answer: () => unknown, language: "en" | "ja" = "en") => {
  const shown = stage(TraceScreen, { admin: true, language, answers: { "admin.trace": answer } })
  await settled()
  return shown
}
const ask = async (typed = id, { form } = { form: words }) => {
  fill(form.messageId, typed)
  fill(form.password, "teapot under a grey moon 7")
  fireEvent.click(screen.getByRole("button", { name: form.look }))
  await settled()
}
const tableOf = (caption: string) =>
  [...screen.getByRole("table", { name: caption }).querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => textContent)
  )

describe("the screen of one message", () => {
  it("asks with reason and password, forgets the password, and shows the record, the devices and what is missing", async () => {
    const { calls } = await open(() => ok(trace()))
    fireEvent.change(screen.getByLabelText(words.reason), { target: { value: "fault" } })
    await ask(` ${id.toUpperCase()} `)
    const [[tag, payload] = []] = calls
    assert.deepInclude(payload as object, { messageId: id, reason: "fault" })
    assert.strictEqual(tag, "admin.trace")
    assert.notInclude(JSON.stringify(calls), "teapot")
    assert.strictEqual((screen.getByLabelText(words.password) as HTMLInputElement).value, "")
    screen.getByText(/Stored as number 7 of conversation a conversation/)
    screen.getByText(words.by("Person 1"))
    assert.deepStrictEqual(tableOf(words.people.caption), [
      ["Person 1@user1", "device d1", words.people.has, words.people.readYes, words.people.noPush],
      ["Person 2@user2", "device d2", words.people.hasNot, words.people.readNo, "sent"],
      ["Person 2@user2", "device d3", words.people.has, words.people.readNo, words.people.noPush],
      [`Person 3${words.people.left}`, words.people.noDevice, "–", words.people.readNo, words.people.noPush]
    ])
    screen.getByText(words.stations.none)
    screen.getByText(words.others("4"))
    screen.getByText(words.silent("1"))
  })

  it("shows the stations with their code, and what a message was refused for", async () => {
    const record = { conversationId: "c", kind: "group", by: person(1, "").userId, at: now, refused: "forbidden" }
    const stations = [station("received", now), station("refused", now + 12, { code: "forbidden" })]
    await open(() => ok(trace({ record, stations, silent: 0 })))
    await ask()
    screen.getByText(/Refused \(forbidden\) in conversation c/)
    const rows = tableOf(words.stations.caption)
    assert.deepStrictEqual(
      rows.map(([name, , after]) => [name, after]),
      [
        [words.stations.names["received"], "0 ms"],
        ["refused (forbidden)", "12 ms"]
      ]
    )
  })

  it("asks nobody for what is no id, and says why a look failed", async () => {
    const { calls } = await open(() => refused({ _tag: "SignInFailed" }))
    await ask("no id")
    screen.getByText(words.messageIdWrong)
    assert.deepStrictEqual(calls, [])
    await ask()
    screen.getByText("That’s not your password.")
    assert.isNull(screen.queryByRole("table"))
  })

  it("speaks Japanese", async () => {
    await open(() => ok(trace()), "ja")
    await ask(id, { form: traceWordsJa })
    screen.getByText(traceWordsJa.by("Person 1"))
    assert.lengthOf(tableOf(traceWordsJa.people.caption), 4)
  })
})
