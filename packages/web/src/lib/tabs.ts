/**
 * Determines which tabs of this browser are alive and which of them leads, by Web Locks: a lock ends with its tab,
 * however the tab ends. Without locks (plain http) every tab acts alone: it leads and treats all others as gone, which
 * causes repeats but loses nothing.
 */
import type { Draft } from "./database.ts"

export interface TabPorts {
  readonly locks: LockManager | undefined
  /** The tab's own storage, which survives reloads and is copied when a tab is duplicated. */
  readonly session: Pick<Storage, "getItem" | "setItem"> | undefined
  readonly freshId: () => string
}

export interface Leadership {
  readonly leads: () => boolean
  /** Settles once it is known whether this tab leads from the start. */
  readonly settled: Promise<boolean>
  readonly leave: () => void
}

export interface Tabs {
  readonly tabId: string
  readonly actsAlone: boolean
  /**
   * Becomes a candidate until it leaves. Calls `onLead` when this tab becomes the leader later, not when it leads from
   * the start.
   */
  readonly lead: (account: string, onLead: () => void) => Leadership
  /** Returns those of these tabs that are no longer alive. */
  readonly gone: (tabIds: ReadonlyArray<string>) => Promise<ReadonlyArray<string>>
}

const idKey = "hibiki.tab"
const tabLock = (tabId: string) => `hibiki-tab-${tabId}`

export const joinTabs = async (ports: TabPorts): Promise<Tabs> => {
  const { locks } = ports
  const stored = read(ports.session)
  if (locks === undefined) {
    const tabId = stored ?? fresh(ports)
    return {
      tabId,
      actsAlone: true,
      lead: () => ({ leads: () => true, settled: Promise.resolve(true), leave: () => undefined }),
      gone: async (tabIds) => tabIds.filter((id) => id !== tabId)
    }
  }
  // A duplicated tab starts with its original's id, whose lock is taken.
  const tabId = stored !== undefined && (await holdForGood(locks, stored)) ? stored : fresh(ports)
  if (tabId !== stored) await holdForGood(locks, tabId)
  return {
    tabId,
    actsAlone: false,
    lead: (account, onLead) => leadBy(locks, account, onLead),
    gone: async (tabIds) => {
      const { held = [], pending = [] } = await locks.query()
      const alive = new Set([...held, ...pending].map(({ name }) => name))
      return tabIds.filter((id) => id !== tabId && !alive.has(tabLock(id)))
    }
  }
}

/** Resolves to whether the lock was free; this tab then holds it until the tab ends. */
const holdForGood = (locks: LockManager, tabId: string): Promise<boolean> =>
  new Promise((resolve) => {
    locks
      .request(tabLock(tabId), { ifAvailable: true }, (lock) => {
        resolve(lock !== null)
        return lock === null ? undefined : new Promise<never>(() => undefined)
      })
      .catch(() => resolve(true))
  })

const leadBy = (locks: LockManager, account: string, onLead: () => void): Leadership => {
  const name = `hibiki-lead-${account}`
  let leads = false
  let left = false
  let release = (): void => undefined
  const hold = () =>
    new Promise<void>((resolve) => {
      leads = true
      release = resolve
    })
  const abort = new AbortController()
  const settled = new Promise<boolean>((resolve) => {
    const wait = async (): Promise<void> => {
      resolve(false)
      if (left) return
      await locks.request(name, { signal: abort.signal }, async () => {
        if (left) return
        const held = hold()
        onLead()
        await held
      })
    }
    locks
      .request(name, { ifAvailable: true }, async (lock) => {
        if (lock === null || left) return
        const held = hold()
        resolve(true)
        await held
      })
      .then(() => (leads || left ? resolve(leads) : wait()))
      // Aborted by `leave`, or the page may not use locks: it then does not lead.
      .catch(() => resolve(false))
  })
  return {
    leads: () => leads,
    settled,
    leave: () => {
      left = true
      leads = false
      abort.abort()
      release()
    }
  }
}

const read = (session: TabPorts["session"]): string | undefined => {
  try {
    return session?.getItem(idKey) ?? undefined
  } catch {
    return undefined
  }
}

const fresh = (ports: TabPorts): string => {
  const tabId = ports.freshId()
  try {
    ports.session?.setItem(idKey, tabId)
  } catch {
    // The next load of this tab is then another tab, which adopts its rows.
  }
  return tabId
}

/** Messages between the tabs of one browser. Hints only: each tab also finds out by itself, later. */
export type TabMessage =
  | { readonly _tag: "token"; readonly deviceId: string; readonly token: string; readonly until: number }
  | { readonly _tag: "signedOut"; readonly deviceId: string; readonly why: "revoked" | "expired" | "bySelf" }
  | {
      readonly _tag: "draft"
      readonly userId: string
      readonly conversationId: string
      readonly draft: Draft | undefined
    }

export interface Channel {
  readonly post: (message: TabMessage) => void
  /** Returns the function that unsubscribes. */
  readonly listen: (listener: (message: TabMessage) => void) => () => void
}

/** For browsers without channels: nobody listens. */
export const silentChannel: Channel = { post: () => undefined, listen: () => () => undefined }

export const openChannel = (name: string): Channel => {
  if (typeof BroadcastChannel === "undefined") return silentChannel
  const channel = new BroadcastChannel(name)
  return {
    post: (message) => channel.postMessage(message),
    listen: (listener) => {
      const hear = (event: MessageEvent<unknown>) => {
        if (isTabMessage(event.data)) listener(event.data)
      }
      channel.addEventListener("message", hear)
      return () => channel.removeEventListener("message", hear)
    }
  }
}

/** Another tab may run an older or newer page. */
const isTabMessage = (data: unknown): data is TabMessage =>
  typeof data === "object" && data !== null && "_tag" in data && typeof data._tag === "string" && known.has(data._tag)

const known: ReadonlySet<string> = new Set(["token", "signedOut", "draft"] satisfies ReadonlyArray<TabMessage["_tag"]>)
