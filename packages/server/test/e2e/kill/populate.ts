/** The people of a run, their conversations and their devices. */
import { randomUUID } from "node:crypto"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { call, register, signIn } from "./api.ts"
import type { Account, Populated } from "./load.ts"

const users = 5
const writersPerUser = 2
const readers = 3

/**
 * One group of all, and a group of each neighbouring pair: their locks overlap in every batch. `prefix`: of their
 * handles.
 */
export const populate = async (origin: string, prefix = "user"): Promise<Populated> => {
  const accounts: Array<Account> = []
  for (let i = 0; i < users; i++) accounts.push(await register(origin, `${prefix}${i}`))
  const ids = accounts.map((account) => account.userId)
  const conversations = []
  for (const [i, owner] of accounts.entries())
    conversations.push(
      await createGroup(origin, owner, i === 0 ? ids.slice(1) : ids.filter((_, n) => n === (i + 1) % users))
    )
  const writers: Array<Account> = []
  for (const [i, account] of accounts.entries())
    for (let d = 0; d < writersPerUser; d++) writers.push(d === 0 ? account : await signIn(origin, `${prefix}${i}`))
  const reading: Array<Account> = []
  for (let i = 0; i < readers; i++) reading.push(await signIn(origin, `${prefix}${i}`))
  return { conversations, writers, readers: reading }
}

export const createGroup = async (origin: string, owner: Account, members: ReadonlyArray<UserId>) => {
  const group = { id: uuidV7(), kind: "group", title: "load", members }
  const { conversationId } = await call<{ conversationId: ConversationId }>(
    origin,
    "conversation.create",
    group,
    owner.accessToken
  )
  return { conversationId, members: [owner.userId, ...members] }
}

const uuidV7 = (): string => {
  const time = Date.now().toString(16).padStart(12, "0")
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
