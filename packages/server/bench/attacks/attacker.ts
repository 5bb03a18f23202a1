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

/** More than one search looks at, so that each reads as much as it may. */
const texts = 400
/** Calls that wait for an answer at the same time. */
const atOnce = 20

/** A ligature that folds to 18 characters, and letters with as many marks as are taken, in the order that costs most. */
const dearest = ["\ufdfa".repeat(Limits.textMax), `a${"\u0345\u0334".repeat(Limits.marksMax / 2)}`.repeat(129)] as const

let target = { origin: "", token: "", conversationId: "" }
let isOver = true
let running: Promise<unknown> = Promise.resolve()
let got = { answered: 0, refused: 0, megabytes: 0 }

const prepare = async ({ account, origin }: { readonly origin: string; readonly account: Account }): Promise<void> => {
  const created = { id: uuidV7(Date.now(), randomBytes(10)), kind: "group", title: "alone", members: [] }
  const { conversationId } = await call<{ conversationId: string }>(origin, "conversation.create", created, account.accessToken)
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
  read: () => ["history.page", { conversationId: target.conversationId, around: texts / 2, limit: Limits.pageMax }]
} as const satisfies Record<Attack, () => readonly [string, object]>

const ask = async (attack: Attack): Promise<void> => {
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

answerOrders<AttackOrders>({
  prepare,
  begin: async (attack) => {
    isOver = false
    got = { answered: 0, refused: 0, megabytes: 0 }
    running = Promise.all(Array.from({ length: atOnce }, () => ask(attack)))
  },
  end: async () => {
    isOver = true
    await running
    return got
  }
})
