/** The account of the signed-in user: opened and closed as the session changes, one after the other. */
import { type Accessor, batch, createSignal } from "solid-js"
import { sparedBy } from "../lib/forgetting.ts"
import type { SessionRecord, SessionState } from "../lib/session.ts"
import { type BrowserSession, stateOf } from "../lib/session.ts"
import { type Account, type AccountOptions, makeAccount } from "./account.ts"

export interface Accounts {
  readonly account: Accessor<Account | undefined>
  readonly state: Accessor<SessionState>
  /** From then on an account's live part loads as soon as the account is opened. */
  readonly goLive: () => void
}

export type Opening = Omit<AccountOptions, "me" | "deviceId" | "after" | "session">

export const createAccounts = (session: BrowserSession, opening: Opening): Accounts => {
  const [account, setAccount] = createSignal<Account>()
  const [state, setState] = createSignal<SessionState>(stateOf(session.record))
  let current: Account | undefined
  let live = false
  /** The same person's next account must not open a database that the last one is about to delete. */
  let putAway: Promise<unknown> = Promise.resolve()

  const open = (record: SessionRecord | undefined) => {
    const now = stateOf(record)
    const isIn = record !== undefined && now._tag === "signedIn"
    current = isIn
      ? makeAccount({ ...opening, me: now.me, deviceId: record.deviceId, session, after: putAway })
      : undefined
    setAccount(current)
    if (live) current?.start()
  }
  session.onChange((record, why) => {
    if (record !== undefined && record.deviceId === current?.deviceId) return void setState(stateOf(record))
    const ended = current?.end(sparedBy(why)).then((unsent) => {
      if (session.record === undefined) setState(stateOf(undefined, why, unsent))
    })
    putAway = Promise.all([putAway, ended])
    batch(() => {
      open(record)
      setState(stateOf(record, why))
    })
  })
  open(session.record)
  // Runs while another account is open, which has another database. A later sign-in waits for it, because the data may
  // be theirs.
  putAway = forgetLeft(session)
  return {
    account,
    state,
    goLive: () => {
      if (live) return
      live = true
      current?.start()
    }
  }
}

/** Deletes the data that an earlier page could not delete in time. */
const forgetLeft = async ({ forgetting, record }: BrowserSession): Promise<void> => {
  // They are signed in: the earlier page ended before it signed them out.
  if (record !== undefined) forgetting.remove(record.userId)
  for (const noted of forgetting.noted) if (forgetting.users.includes(noted.userId)) await forgetting.forget(noted)
}
