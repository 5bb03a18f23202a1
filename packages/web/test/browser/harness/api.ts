/** The server as a program sees it: accounts, conversations and the log, by the plain HTTP API. */
import { randomBytes } from "node:crypto"
import { uuidV7 } from "@hibiki/core/domain/Uuid"
import { call } from "../../../../server/test/e2e/kill/api.ts"

export const password = "a quiet room in autumn"

export interface Account {
  readonly userId: string
  readonly deviceId: string
  readonly handle: string
  readonly displayName: string
  readonly accessToken: string
}

/** What is compared between a screen and the log: a place and its text; a deleted message has an empty one. */
export type Line = readonly [seq: number, text: string]

export interface Row {
  readonly seq: number
  readonly rev: number
  readonly kind: string
  readonly by: string
  readonly text?: string
  readonly deleted?: true
}

export const freshId = (): string => uuidV7(Date.now(), randomBytes(10))

export const makeAccount = (origin: string, handle: string, displayName: string): Promise<Account> =>
  call(origin, "auth.register", { handle, displayName, password, device: { name: "program", kind: "terminal" } })

export const signInAgain = (origin: string, handle: string): Promise<Account> =>
  call(origin, "auth.signIn", { handle, password, device: { name: "program", kind: "terminal" } })

export const openDirect = async (origin: string, who: Account, peer: Account): Promise<string> =>
  (await call<{ conversationId: string }>(origin, "conversation.openDirect", { userId: peer.userId }, who.accessToken))
    .conversationId

export const createGroup = async (
  origin: string,
  owner: Account,
  title: string,
  members: ReadonlyArray<Account>,
  kind: "group" | "channel" = "group"
): Promise<string> => {
  const payload = { id: freshId(), kind, title, members: members.map((member) => member.userId) }
  return (await call<{ conversationId: string }>(origin, "conversation.create", payload, owner.accessToken))
    .conversationId
}

export const removeMember = async (
  origin: string,
  owner: Account,
  conversationId: string,
  member: Account
): Promise<void> => {
  await call(origin, "conversation.remove", { id: freshId(), conversationId, userId: member.userId }, owner.accessToken)
}

export const makeAdmin = async (
  origin: string,
  owner: Account,
  conversationId: string,
  member: Account
): Promise<void> => {
  const payload = { id: freshId(), conversationId, userId: member.userId, role: "admin" }
  await call(origin, "conversation.setRole", payload, owner.accessToken)
}

/** From now on the first wants nothing of the other. */
export const block = async (origin: string, who: Account, other: Account): Promise<void> => {
  await call(origin, "user.block", { userId: other.userId, on: true }, who.accessToken)
}

export const makeFavourite = async (origin: string, who: Account, conversationId: string): Promise<void> => {
  await call(origin, "conversation.favourite", { id: freshId(), conversationId, on: true }, who.accessToken)
}

/** All rows of a conversation's log, as a fresh reader is given them. */
export const readRows = async (
  origin: string,
  reader: Account,
  conversationId: string
): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  for (let after = 0; ; ) {
    const page: { rows: ReadonlyArray<Row>; moreAfter: boolean } = await call(
      origin,
      "history.page",
      { conversationId, after, limit: 200 },
      reader.accessToken
    )
    rows.push(...page.rows)
    after = page.rows.at(-1)?.seq ?? after
    if (!page.moreAfter || page.rows.length === 0) return rows
  }
}

/** The messages of a conversation's log. */
export const readLog = async (origin: string, reader: Account, conversationId: string): Promise<ReadonlyArray<Line>> =>
  (await readRows(origin, reader, conversationId)).flatMap(
    (row): ReadonlyArray<Line> => (row.kind === "posted" ? [[row.seq, row.deleted ? "" : (row.text ?? "")]] : [])
  )

interface Summary {
  readonly conversationId: string
  readonly unread: number
  readonly readUpTo: number
  readonly head: number
}

/** What a fresh sign-in computes of the conversation list. */
export const readSummaries = async (origin: string, reader: Account): Promise<ReadonlyArray<Summary>> =>
  (await call<{ conversations: ReadonlyArray<Summary> }>(origin, "me.snapshot", {}, reader.accessToken)).conversations
