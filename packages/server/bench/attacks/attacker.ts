/** The attacker: one person, who keeps every limit that is told and asks again as soon as it may. */
import { randomBytes } from "node:crypto"
import { setTimeout as wait } from "node:timers/promises"
import { Limits } from "@hibiki/core/domain/Limits"
import { uuidV7 } from "@hibiki/core/domain/Uuid"
import { call } from "../../test/e2e/kill/api.ts"
import type { Account } from "../../test/e2e/kill/load.ts"
import { LogReader, type Sent } from "../kit/LogReader.ts"
import { answerOrders } from "../kit/WorkerProcess.ts"
import { Writer } from "../kit/Writer.ts"
import type { Attack, AttackOrders } from "./orders.ts"
import { RangeReader } from "./RangeReader.ts"

/** More than one search looks at, so that each reads as much as it may. */
const texts = 400
/** Calls that wait for an answer at the same time. */
const atOnce = 20

/**
 * A ligature that folds to 18 characters, and letters with as many marks as are taken, in the order that costs most.
 */
const dearest = ["\ufdfa".repeat(Limits.textMax), `a${"\u0345\u0334".repeat(Limits.marksMax / 2)}`.repeat(129)] as const

/** Sockets of one device. */
const socketsAtOnce = 10

let people: ReadonlyArray<Account> = []
let target = { origin: "", token: "", conversationId: "" }
let sockets: ReadonlyArray<RangeReader> = []
let isOver = true
let running: Promise<unknown> = Promise.resolve()
let got = { answered: 0, refused: 0, megabytes: 0 }

const prepare = async ({ accounts, origin }: AttackOrders["prepare"]["told"]): Promise<void> => {
  people = accounts
  const [account, ...others] = accounts
  if (account === undefined) throw new Error("an attack by nobody")
  const members = others.map(({ userId }) => userId)
  const created = { id: uuidV7(Date.now(), randomBytes(10)), kind: "group", title: "alone", members }
  const { conversationId } = await call<{ conversationId: string }>(
    origin,
    "conversation.create",
    created,
    account.accessToken
  )
  target = { origin, token: account.accessToken, conversationId }
  const sent = new Map<string, Sent>()
  const reader = new LogReader({ origin, account, conversationId, sent, onDelivery: () => undefined })
  await reader.connect()
  const writer = new Writer(reader, conversationId, sent)
  for (let n = 0; n < texts; n++) writer.post(dearest[n % dearest.length] ?? "", 0)
  await writer.done()
  if (reader.wrong.length > 0) throw new Error(reader.wrong.join("\n"))
  reader.socket.destroy()
}

const payloads = {
  search: () => ["history.search", { text: "zz zy zx zw zv zu zt zs", conversationIds: [target.conversationId] }],
  read: () => ["history.page", { conversationId: target.conversationId, around: texts / 2, limit: Limits.pageMax }],
  changes: () => [
    "history.changedSince",
    { conversationId: target.conversationId, asOf: 0, from: 1, to: Limits.changedWindow }
  ]
} as const satisfies Record<Exclude<Attack, "ranges">, () => readonly [string, object]>

const ask = async (attack: Exclude<Attack, "ranges">): Promise<void> => {
  const [tag, payload] = payloads[attack]()
  while (!isOver) {
    const response = await fetch(`${target.origin}/api/v1/${tag}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${target.token}` },
      body: JSON.stringify(payload)
    })
    const body = await response.text()
    got.megabytes += body.length / 1_048_576
    if (response.ok) got.answered++
    else {
      got.refused++
      const { error } = JSON.parse(body) as { readonly error?: { readonly retryAfterMs?: number } }
      await wait(error?.retryAfterMs ?? 1_000)
    }
  }
}

const askRanges = async (reader: RangeReader): Promise<void> => {
  while (!isOver) {
    const { bytes, retryAfterMs } = await reader.ask()
    got.megabytes += bytes / 1_048_576
    if (retryAfterMs === undefined) got.answered++
    else {
      got.refused++
      await wait(Math.min(retryAfterMs, 1_000))
    }
  }
}

answerOrders<AttackOrders>({
  prepare,
  begin: async ({ attack, by }) => {
    const account = people[by]
    if (account === undefined) throw new Error("an attack by nobody")
    target = { ...target, token: account.accessToken }
    if (attack === "ranges") {
      const open = () =>
        RangeReader.open({ origin: target.origin, account, conversationId: target.conversationId, last: texts })
      sockets = await Promise.all(Array.from({ length: socketsAtOnce }, open))
    }
    isOver = false
    got = { answered: 0, refused: 0, megabytes: 0 }
    running = Promise.all(
      attack === "ranges" ? sockets.map(askRanges) : Array.from({ length: atOnce }, () => ask(attack))
    )
  },
  end: async () => {
    isOver = true
    await running
    for (const socket of sockets) socket.close()
    sockets = []
    return got
  }
})
