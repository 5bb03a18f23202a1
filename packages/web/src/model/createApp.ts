/** Combines session, account, preferences and the platform into the one object that screens use. */
import { type Accessor, createEffect, createSignal, on, untrack } from "solid-js"
import { createI18n } from "../i18n/createI18n.ts"
import type { Kept } from "../lib/kept.ts"
import { type AnnouncerBox, createAnnouncer } from "../lib/LiveAnnouncer.ts"
import type { PlainCall } from "../lib/plainCall.ts"
import type { Me, SessionCalls } from "../lib/session.ts"
import { BrowserSession } from "../lib/session.ts"
import type { Channel, Tabs } from "../lib/tabs.ts"
import { createToasts, type ToastBox } from "../lib/toasts.ts"
import type { Chat } from "../runtime/Chat.ts"
import type { App, People } from "./App.ts"
import type { Account } from "./account.ts"
import { createActivity, createMinute } from "./activity.ts"
import { conversationIn } from "./addresses.ts"
import { createConnection } from "./connection.ts"
import { createAccounts } from "./createAccounts.ts"
import { createNotifications, createPushNotifications } from "./notifications.ts"
import { createPreferences } from "./preferences.ts"
import { showUnread } from "./unreadTitle.ts"

export interface AppPorts {
  readonly kept: Kept
  readonly channel: Channel
  readonly tabs: Promise<Tabs>
  readonly call: PlainCall
  readonly calls: SessionCalls
  readonly exclusively: <A>(run: () => Promise<A>) => Promise<A>
  /** From the address. */
  readonly invite: string | undefined
}

export interface Page {
  readonly app: App
  readonly toasts: ToastBox
  readonly announcer: AnnouncerBox
  /** Call it once the first paint is done. */
  readonly goLive: () => void
}

const sentWithinMs = 1_000
/** Maximum wait of the first paint for the cache. */
const keptWithinMs = 400

/** Call in a reactive scope that lives as long as the page. Resolves when there is enough for the first paint. */
export const createApp = async (ports: AppPorts): Promise<Page> => {
  const { call, calls, channel, exclusively, invite: invited, kept, tabs } = ports
  // Everything that needs the reactive scope must come before the first await.
  const session = new BrowserSession({ calls, kept, channel, exclusively, now: () => Date.now() })
  const preferences = createPreferences(kept, document.documentElement)
  const { account, goLive, state } = createAccounts(session, { call, channel, tabs })
  const activity = createActivity()
  const connection = createConnection(account, activity.online)
  const minute = createMinute()
  const announcer = createAnnouncer()
  const toasts = createToasts(announcer.say, announcer.alert)
  const i18n = createI18n(kept)
  const invite = createInvite(invited, account, (me) =>
    toasts.show({ text: words.t().app.inviteUnused(me.displayName) })
  )
  bindPlatform(account, activity)
  // Without a network no call can succeed; an unreachable server may be reachable again any minute.
  createEffect(on([activity.online, minute], ([online]) => void (online && session.finishSignOut()), { defer: true }))

  const { refresh, signedOut, pushNotifications } = createPushNotifications({
    kept,
    me: userIn(state),
    whenLive: () => ofAccount(account).whenLive(),
    here: webPushPossible,
    mayNotify
  })
  const notifications = createNotifications({ kept, me: userIn(state), permission: permissionHere, mayNotify })
  createEffect(() => {
    const chat = account()?.chat()
    if (chat !== undefined && pushNotifications.on()) void refresh(chat).catch(() => undefined)
  })

  // Read the cache while the words load.
  const reading = untrack(account)?.readKept(conversationIn(location.pathname))
  const words = await i18n
  await within(keptWithinMs, reading)
  const { people, ...used } = ofAccount(account)
  const app: App = {
    i18n: words,
    preferences,
    session: state,
    signIn: (form) => session.signIn(form),
    register: (form) => session.register(form),
    invite,
    policy: () => calls.policy(),
    resetPassword: (form) => calls.resetPassword(form),
    signOut: async () => {
      // Run the actions that could still be undone now, and wait a moment for their sending. Nothing else would send
      // them.
      const chat = untrack(account)?.chat()
      if (toasts.clear() && chat !== undefined) await sent(chat)
      signedOut().catch(() => undefined)
      await session.signOut()
    },
    chat: () => account()?.chat(),
    ...used,
    ...connection,
    conversations: () => account()?.conversations(),
    failed: () => account()?.failed(),
    people: { ...people, name: (userId) => people.get(userId)?.displayName ?? words.t().app.somebody },
    notifications,
    pushNotifications,
    keeps: () => account()?.keeps() === true,
    announcer,
    toasts,
    minute,
    attentive: activity.attentive
  }
  return {
    app,
    toasts,
    announcer,
    goLive: () => {
      goLive()
      void session.finishSignOut()
    }
  }
}

/**
 * An invite is for users without an account. It is dropped once the server confirms that a user is signed in. `tell`:
 * called with the user who was signed in when the link was opened, and who has no use for it.
 */
const createInvite = (invited: string | undefined, account: Accessor<Account | undefined>, tell: (me: Me) => void) => {
  const [invite, setInvite] = createSignal(invited)
  const opener = untrack(account)
  createEffect(() => {
    const current = account()
    if (invite() === undefined || current === undefined) return
    // The server has just let in a user who signs in later.
    if (current === opener && current.connection()?._tag !== "live") return
    setInvite(undefined)
    if (current === opener) tell(current.me)
  })
  return invite
}

/** Only users of push notifications load it. */
const webPushPossible =
  typeof navigator !== "undefined" &&
  "serviceWorker" in navigator &&
  "PushManager" in globalThis &&
  "Notification" in globalThis
    ? () => import("../lib/webPush.ts").then(({ webPushHere }) => webPushHere())
    : undefined

/** Phones suspend pages in the background and let only service workers notify. */
const permissionHere =
  typeof Notification === "undefined" || matchMedia("(pointer: coarse)").matches
    ? undefined
    : () => Notification.permission
/** Browsers show the permission prompt only during a click. */
const mayNotify = async () => (await Notification.requestPermission()) === "granted"

const userIn = (state: App["session"]) => () => {
  const session = state()
  return session._tag === "signedIn" ? session.me.userId : undefined
}

/** The parts of the current account that screens use. Screens are shown only while somebody is signed in. */
const ofAccount = (account: Accessor<Account | undefined>) => {
  const present = (): Account => {
    const now = untrack(account)
    if (now === undefined) throw new Error("nobody is signed in")
    return now
  }
  const used: Used = {
    blocked: () => account()?.blocked() ?? new Set(),
    conversation: (id) => account()?.conversation(id),
    openConversation: (id) => present().openConversation(id),
    whenLive: () => present().whenLive(),
    people: {
      get: (userId) => account()?.people.get(userId),
      byHandle: () => account()?.people.byHandle() ?? new Map(),
      learn: (people) => untrack(account)?.people.learn(people)
    },
    presence: {
      of: (userId) => account()?.presence.of(userId),
      watch: (users) => present().presence.watch(users)
    },
    drafts: {
      load: (conversationId) => present().drafts.load(conversationId),
      save: (conversationId, draft, sentAs) => untrack(account)?.drafts.save(conversationId, draft, sentAs),
      onOther: (conversationId, listener) => present().drafts.onOther(conversationId, listener),
      has: (conversationId) => account()?.drafts.has(conversationId) === true,
      count: () => account()?.drafts.count() ?? 0,
      get changes() {
        return present().drafts.changes
      }
    }
  }
  return used
}

type Used = Pick<App, "blocked" | "conversation" | "openConversation" | "presence" | "drafts" | "whenLive"> & {
  readonly people: Omit<People, "name">
}

/**
 * Connects the client to the page: visibility, network and activity go to the client; its unread count goes to the
 * page.
 */
const bindPlatform = (account: Accessor<Account | undefined>, activity: ReturnType<typeof createActivity>): void => {
  createEffect(() => account()?.chat()?.client.setVisible(activity.visible()))
  createEffect(() => account()?.chat()?.client.setOnline(activity.online()))
  createEffect(() => account()?.chat()?.client.setActive(activity.active()))
  createEffect(() => {
    if (account()?.connection()?._tag === "live") document.body.dataset["live"] = "true"
    else delete document.body.dataset["live"]
  })
  showUnread(() => account()?.conversations())
  // Do not announce a departure here: a reload must not show this person as gone.
  addEventListener("pagehide", () => untrack(account)?.flush())
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") untrack(account)?.flush()
  })
}

/** Waits until the outbox is empty, for at most `sentWithinMs`. */
const sent = async ({ client }: Chat): Promise<void> => {
  const until = Date.now() + sentWithinMs
  do await new Promise((resolve) => setTimeout(resolve, 50))
  while (client.inspect().outboxRows > 0 && Date.now() < until)
}

const within = async (ms: number, work: Promise<unknown> | undefined): Promise<void> => {
  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, ms))])
}
