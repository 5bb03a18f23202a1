/** Accounts for a bench, and one conversation of them all. */
import { randomBytes } from "node:crypto"
import { uuidV7 } from "@hibiki/core/domain/Uuid"
import { call, register } from "../../test/e2e/kill/api.ts"
import type { Account } from "../../test/e2e/kill/load.ts"

export interface Crowd {
  readonly accounts: ReadonlyArray<Account>
  readonly conversationId: string
}

/** As many as the server hashes passwords for without asking anybody to wait. */
const atOnce = 10

export const gatherCrowd = async (origin: string, size: number): Promise<Crowd> => {
  const accounts: Array<Account> = []
  while (accounts.length < size) {
    const count = Math.min(atOnce, size - accounts.length)
    const handles = Array.from({ length: count }, (_, i) => `user${accounts.length + i}`)
    accounts.push(...(await Promise.all(handles.map((handle) => register(origin, handle)))))
  }
  const [owner, ...others] = accounts
  if (owner === undefined) throw new Error("a crowd of nobody")
  const members = others.map(({ userId }) => userId)
  const payload = { id: uuidV7(Date.now(), randomBytes(10)), kind: "group", title: "crowd", members }
  const { conversationId } = await call<{ conversationId: string }>(
    origin,
    "conversation.create",
    payload,
    owner.accessToken
  )
  return { accounts, conversationId }
}
