/**
 * What happens to three devices of one user, step by step, and what must hold of all of them when everything has come
 * to rest.
 */
import { FastCheck } from "effect"
import { holdsSeq } from "../../../src/client/feed/FeedRows.ts"
import type { HibikiClient } from "../../../src/client/HibikiClient.ts"
import { type ConversationId, personalLog } from "../../../src/domain/Ids.ts"
import type { MessageRow } from "../../../src/domain/MessageRow.ts"
import { friend, joinedRoom, ModelServer, me, rooms } from "./ModelServer.ts"
import { type Sabotage, TestDevice, textOf } from "./TestDevice.ts"
import { VirtualTime } from "./virtualTime.ts"

const emoji = ["👍", "🎉"] as const
const friendly = ["post", "post3", "edit", "delete", "react", "rename", "editUnseen", "deleteUnseen"] as const
const own = [
  "myPost",
  "myEdit",
  "myDelete",
  "myReact",
  "withdraw",
  "read",
  "readHalf",
  "markUnread",
  "mute",
  "favourite"
] as const
const looking = ["open", "open", "close", "older"] as const
const link = ["cut", "lose", "jump", "slow", "quick", "offline", "online"] as const
const trouble = ["callsFail", "callsWork", "storeFails", "storeHalf", "storeWorks", "busy", "idle"] as const
const lives = ["reload", "crash"] as const
const rare = ["remove", "add", "rejoin", "restore"] as const
const waiting = ["pass", "pass", "passLong"] as const

type Kind = (
  | typeof friendly
  | typeof own
  | typeof looking
  | typeof link
  | typeof trouble
  | typeof lives
  | typeof rare
  | typeof waiting
)[number]

export interface Step {
  readonly do: Kind
  readonly device: number
  readonly room: number
  readonly n: number
}

const steps = (weight: number, kinds: ReadonlyArray<Kind>) => ({
  weight,
  arbitrary: FastCheck.record({
    do: FastCheck.constantFrom(...kinds),
    device: FastCheck.nat(2),
    room: FastCheck.constantFrom(0, 0, 0, 1, 2),
    n: FastCheck.nat(40)
  })
})

export const story: FastCheck.Arbitrary<ReadonlyArray<Step>> = FastCheck.array(
  FastCheck.oneof(
    steps(8, friendly),
    steps(6, own),
    steps(3, looking),
    steps(3, link),
    steps(2, trouble),
    steps(3, lives),
    steps(2, rare),
    steps(6, waiting)
  ),
  { maxLength: 45, size: "max" }
)

export class Story {
  readonly time: VirtualTime
  readonly server: ModelServer
  readonly devices: ReadonlyArray<TestDevice>
  #texts = 0

  constructor(sabotage: Sabotage = {}) {
    this.time = new VirtualTime(7)
    this.server = new ModelServer(() => this.time.now)
    this.devices = [1, 2, 3].map((number) => new TestDevice(this.time, this.server, number, sabotage))
    for (const room of rooms)
      for (let n = 1; n <= 7; n++) this.server.append(friend, room, { kind: "post", text: `before ${n}` })
    for (const device of this.devices) device.start()
    this.time.pass(100)
    this.devices[0]?.open(rooms[0])
    this.time.pass(2_000)
  }

  act({ device: which, do: what, n, room: at }: Step): void {
    const { server, time } = this
    const [device, room] = [this.devices[which], rooms[at]]
    if (device === undefined || room === undefined) return
    const shown = rowsOf(device.client, room).filter((row) => row.kind === "posted" && row.deleted === undefined)
    const [row, mine] = [
      pick(shown, n),
      pick(
        shown.filter(({ by }) => by === me),
        n
      )
    ]
    const theirs = pick(
      [...server.now(room).values()].filter(
        (stored) => stored.by === friend && stored.deleted === undefined && stored.kind === "posted"
      ),
      n
    )
    const any = pick(
      [...server.now(room).values()].filter((stored) => stored.kind === "posted" && stored.deleted === undefined),
      n
    )
    const text = `t${this.#texts++}`
    switch (what) {
      case "post":
      case "post3":
        for (let count = what === "post" ? 1 : 3; count > 0; count--)
          server.append(friend, room, { kind: "post", text: `${text}.${count}` })
        break
      case "editUnseen":
      case "deleteUnseen":
        if (device.peer !== undefined) device.peer.jump += 1
        return this.act({ do: what === "editUnseen" ? "edit" : "delete", device: which, room: at, n })
      case "edit":
        if (theirs !== undefined) server.append(friend, room, { kind: "edit", target: theirs.seq, text })
        break
      case "delete":
        if (theirs !== undefined) server.append(friend, room, { kind: "delete", target: theirs.seq })
        break
      case "react":
        if (any !== undefined)
          server.append(friend, room, {
            kind: n % 3 === 0 ? "unreact" : "react",
            target: any.seq,
            emoji: emoji[n % 2] ?? "a"
          })
        break
      case "rename":
        server.append(friend, room, { kind: "rename", title: text })
        break
      case "myPost":
        device.client?.post(room, text)
        break
      case "myEdit":
        if (mine !== undefined) device.client?.edit(room, mine.seq, text)
        break
      case "myDelete":
        if (mine !== undefined) device.client?.delete(room, mine.seq)
        break
      case "myReact":
        if (row !== undefined)
          device.client?.react(room, row.seq, emoji[0], row.reactions?.some((reaction) => reaction.mine) !== true)
        break
      case "withdraw": {
        const pending = device.client?.feed(room)?.pending[0]
        if (pending !== undefined) device.client?.withdraw(pending.id)
        break
      }
      case "read":
      case "readHalf": {
        const cursor = device.client?.feed(room)?.cursor ?? 0
        device.client?.read(room, what === "read" ? cursor : Math.ceil(cursor * (n / 40)))
        break
      }
      case "markUnread":
        server.append(me, personalLog(me), { kind: "markUnread", conversationId: room, upTo: row?.seq ?? 1 })
        break
      case "mute":
      case "favourite":
        server.append(me, personalLog(me), { kind: what, conversationId: room, on: n % 2 === 0 })
        break
      case "remove":
        server.append(friend, room, { kind: "remove", userId: me })
        break
      case "add":
        server.append(friend, room, { kind: "add", userIds: [me] })
        break
      case "rejoin":
        // While the device is away, so that it learns of neither.
        device.open(joinedRoom)
        time.pass(2_000)
        device.end(false)
        for (const kind of ["remove", "post", "add"] as const) this.act({ do: kind, device: which, room: 2, n })
        device.start()
        break
      case "restore":
        // Seldom even among the rare.
        if (n % 4 === 0) {
          server.restore()
          for (const each of this.devices) each.cut()
        }
        break
      case "pass":
        time.pass(n * 20)
        break
      case "passLong":
        time.pass(n * 500)
        break
      default:
        this.#actOn(device, room, what, n)
    }
  }

  /** All trouble ends, and all that was under way arrives. */
  rest(): void {
    this.server.isBusy = false
    for (const device of this.devices) {
      Object.assign(device, { latencyMs: 1, callsFail: false, saves: "well", isOffline: false })
      if (device.client === undefined) device.start()
      // What was lost at the end of a stream shows only by coming back.
      device.cut()
      device.client?.setVisible(false)
    }
    this.time.pass(150_000)
  }

  /** What is wrong after `rest`: nothing, if all is well. */
  problem(): string | undefined {
    const fresh = new TestDevice(this.time, this.server, 9)
    fresh.start()
    fresh.client?.setVisible(false)
    this.time.pass(1_000)
    for (const device of [...this.devices, fresh]) for (const room of rooms) device.open(room)
    this.time.pass(60_000)
    for (const [i, device] of this.devices.entries()) {
      const wrong = device.problem ?? this.#difference(device, fresh)
      if (wrong !== undefined) return `device ${i}: ${wrong}`
    }
    for (const device of [...this.devices, fresh]) for (const room of rooms) this.#loadAll(device, room)
    for (const [i, device] of this.devices.entries()) {
      const wrong =
        this.#difference(device, fresh) ?? this.#isWhole(device, fresh) ?? this.#keptDifference(device, fresh)
      if (wrong !== undefined) return `device ${i}, with all history: ${wrong}`
    }
    for (const device of [...this.devices, fresh]) device.end(false)
    return undefined
  }

  #actOn(device: TestDevice, room: ConversationId, what: Kind, n: number): void {
    switch (what) {
      case "open":
        return device.open(room)
      case "close":
        device.opened.get(room)?.()
        return void device.opened.delete(room)
      case "older":
        if (device.client !== undefined) this.time.fork(device.client.loadOlder(room))
        return
      case "cut":
        return device.cut()
      case "lose":
        if (device.peer !== undefined) device.peer.lose += 1 + (n % 2)
        return
      case "jump":
        if (device.peer !== undefined) device.peer.jump += 1
        return
      case "reload":
      case "crash":
        device.end(what === "crash")
        return device.start()
      case "busy":
      case "idle":
        this.server.isBusy = what === "busy"
        return
      case "slow":
      case "quick":
        device.latencyMs = what === "slow" ? n * 50 : n
        return
      default:
        if (what === "offline") device.cut()
        if (what === "offline" || what === "online") device.isOffline = what === "offline"
        if (what === "callsFail" || what === "callsWork") device.callsFail = what === "callsFail"
        if (what.startsWith("store"))
          device.saves = what === "storeFails" ? "not" : what === "storeHalf" ? "half" : "well"
    }
  }

  #loadAll(device: TestDevice, room: ConversationId): void {
    for (let pages = 0; pages < 60; pages++) {
      if (device.client?.feed(room)?.entries.every((entry) => entry._tag === "row") !== false) return
      this.time.fork(device.client.loadOlder(room))
      this.time.pass(10)
    }
  }

  /** The list is the fresh one, and no row that is shown is another. */
  #difference({ client }: TestDevice, fresh: TestDevice): string | undefined {
    if (client?.status()._tag !== "live") return `it is ${client?.status()._tag}`
    const [list, expectedList] = [listOf(client), listOf(fresh.client)]
    if (list !== expectedList) return `its list is ${list} and not ${expectedList}`
    for (const room of rooms) {
      const rows = new Map(rowsOf(fresh.client, room).map((row) => [row.seq, textOf(row)]))
      const first = Math.min(...rows.keys())
      const view = client.feed(room)
      const unsettled = view?.pending.filter((post) => post.state !== "failed") ?? []
      if (unsettled.length > 0) return `not settled: ${textOf(unsettled)}`
      for (const entry of view?.entries ?? []) {
        if (entry._tag === "gap") continue
        if (entry.stale || entry.changing) return `${textOf(entry)} is not settled`
        if (entry.row.seq >= first && rows.get(entry.row.seq) !== textOf(entry.row))
          return `it shows ${textOf(entry.row)} and not ${rows.get(entry.row.seq)}`
      }
    }
    return undefined
  }

  #isWhole({ client }: TestDevice, fresh: TestDevice): string | undefined {
    for (const room of rooms) {
      const [rows, expected] = [wholeText(client, room), wholeText(fresh.client, room)]
      if (rows !== expected) return `it shows ${rows} and not ${expected}`
    }
    return undefined
  }

  /** Stops the device, which keeps what it has, and compares what is kept. */
  #keptDifference(device: TestDevice, fresh: TestDevice): string | undefined {
    const known = new Set(device.client?.conversations().map((line) => line.conversationId))
    device.end(false)
    for (const room of rooms) {
      const kept = device.kept(room)
      if (kept === undefined) continue
      if (!known.has(room)) return `rows of a conversation that was left are kept: ${textOf(kept)}`
      const rows = new Map(rowsOf(fresh.client, room).map((row) => [row.seq, textOf(row)]))
      for (const row of kept.rows)
        if (!holdsSeq(kept.gaps, row.seq) && rows.get(row.seq) !== textOf(row))
          return `it keeps ${textOf(row)} and not ${rows.get(row.seq)}`
      if (kept.rows.length !== rows.size) return `it keeps ${kept.rows.length} rows of ${rows.size}`
    }
    return undefined
  }
}

const pick = <A>(items: ReadonlyArray<A>, n: number): A | undefined => items[n % Math.max(1, items.length)]

const rowsOf = (client: HibikiClient | undefined, room: ConversationId): ReadonlyArray<MessageRow> =>
  (client?.feed(room)?.entries ?? []).flatMap((entry) => (entry._tag === "row" ? [entry.row] : []))

const wholeText = (client: HibikiClient | undefined, room: ConversationId): string =>
  rowsOf(client, room).map(textOf).join()

const listOf = (client: HibikiClient | undefined): string =>
  textOf([...(client?.conversations() ?? [])].sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1)))
