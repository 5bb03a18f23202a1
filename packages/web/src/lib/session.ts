/**
 * The session in this browser. The access token is in memory only; one tab at a time refreshes it and sends it to the
 * others. localStorage stores the signed-in user's record, so that the page opens before any answer. The server may
 * reject it later.
 */
import type { UserId } from "@hibiki/core/domain/Ids"
import type { Person } from "@hibiki/core/domain/Person"

import { Forgetting, sparedBy } from "./forgetting.ts"
import type { Kept } from "./kept.ts"
import { type CallFailed, isObject, type PlainCall, unreachable } from "./plainCall.ts"
import type { Channel } from "./tabs.ts"

export interface Me extends Person {
  readonly admin: boolean
}

export type SessionState =
  /** Signed in as far as this browser knows; the server has yet to confirm it. */
  | { readonly _tag: "signedIn"; readonly me: Me }
  /**
   * `why`: the sign-in screen shows it once. `unsent`: posts that wait in this browser until the same person signs in
   * again.
   */
  | { readonly _tag: "signedOut"; readonly why?: "revoked" | "expired" | "bySelf"; readonly unsent?: number }

export const isAdmin = (session: SessionState): boolean => session._tag === "signedIn" && session.me.admin

/**
 * The result of a sign-in or registration: success, or the call's error (`SignInFailed`, `HandleTaken`, ..., or
 * `Unreachable`).
 */
export type SignInAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly error: {
        readonly _tag: string
        readonly reason?: string
        readonly code?: string
        readonly retryAfterMs?: number
      }
    }

/** `handle`: the account's, to sign in with. Errors as of a sign-in; `NotFound`: the link no longer works. */
export type ResetAnswer = { readonly ok: true; readonly handle: string } | Extract<SignInAnswer, { readonly ok: false }>

export interface AccountPolicy {
  readonly registration: "open" | "invite" | "closed"
  readonly directory: "open" | "exact"
}

export type TokenAnswer =
  | { readonly _tag: "Token"; readonly token: string }
  | { readonly _tag: "SignedOut" }
  | { readonly _tag: "Unreachable"; readonly retryAfterMs?: number }

type Why = "revoked" | "expired" | "bySelf"

interface SessionPorts {
  readonly calls: SessionCalls
  readonly kept: Kept
  readonly channel: Channel
  readonly now: () => number
  /** Runs one at a time across tabs where the browser supports locks, else at once. */
  readonly exclusively: <A>(run: () => Promise<A>) => Promise<A>
}

/** A token is renewed this long before it expires. */
const marginMs = 30_000
const recordKey = "hibiki.session"
/** The reason for which a device was ended, and the device's id. */
const whyKey = "hibiki.ended"
/** A device that was signed out here while the server does not know it yet. */
const endingKey = "hibiki.ending"

export class BrowserSession {
  /** Accounts that were signed in here and still have stored data. */
  readonly forgetting: Forgetting
  readonly #ports: SessionPorts
  readonly #listeners = new Set<(record: SessionRecord | undefined, why: Why | undefined) => void>()
  #record: SessionRecord | undefined
  #access: { readonly token: string; readonly until: number } | undefined
  #renewing: Promise<TokenAnswer> | undefined
  #finishing: Promise<void> | undefined

  constructor(ports: SessionPorts) {
    this.#ports = ports
    this.forgetting = new Forgetting(ports.kept)
    this.#record = parse(ports.kept.get(recordKey))
    ports.channel.listen((message) => {
      if (message._tag === "draft" || message.deviceId !== this.#record?.deviceId) return
      if (message._tag === "signedOut") this.#enter(undefined, message.why)
      else this.#access = { token: message.token, until: message.until }
    })
    ports.kept.onOther((key, value) => {
      if (key === recordKey) this.#enter(parse(value), this.#whyOf(this.#record?.deviceId))
    })
  }

  get record(): SessionRecord | undefined {
    return this.#record
  }

  /** Called when another user signs in, when the user signs out, or when their own details change. */
  onChange(listener: (record: SessionRecord | undefined, why: Why | undefined) => void): void {
    this.#listeners.add(listener)
  }

  signIn(form: Parameters<SessionCalls["signIn"]>[0]): Promise<SignInAnswer> {
    return this.#begin(() => this.#ports.calls.signIn(form))
  }

  register(form: Parameters<SessionCalls["register"]>[0]): Promise<SignInAnswer> {
    return this.#begin(() => this.#ports.calls.register(form))
  }

  /** Returns an access token that is not about to expire. */
  token(): Promise<TokenAnswer> {
    const token = this.#fresh()
    return token === undefined ? this.#renew(undefined) : Promise.resolve({ _tag: "Token", token })
  }

  /** Returns another token than `refused`, which the server rejected. */
  renewed(refused: string): Promise<TokenAnswer> {
    const token = this.#fresh()
    return token !== undefined && token !== refused ? Promise.resolve({ _tag: "Token", token }) : this.#renew(refused)
  }

  /** Signs out at once in this browser. The server learns of it now, or when it is reachable again. Never fails. */
  async signOut(): Promise<void> {
    const deviceId = this.#record?.deviceId
    if (deviceId === undefined) return
    const token = this.#fresh()
    this.#ports.kept.set(endingKey, deviceId)
    // End it here first. An unreachable server must not keep anybody signed in. And if the server's own notice came
    // first, the other tabs would take it for somebody else's act.
    this.ended("bySelf", deviceId)
    await this.finishSignOut(token)
  }

  /** Called when the server or the user ended this device. Notifies all tabs. */
  ended(why: Why, deviceId: string): void {
    if (this.#record?.deviceId !== deviceId) return
    // Before the record is removed: a tab that sees it removed reads the reason here, whichever event arrives first.
    this.#ports.kept.set(whyKey, `${why} ${deviceId}`)
    this.#keep(undefined, why)
    this.#ports.channel.post({ _tag: "signedOut", deviceId, why })
    this.#enter(undefined, why)
  }

  /** Updates the user's own details, which are newer than the last sign-in answer. */
  learn({ admin, displayName, handle }: Pick<SessionRecord, "admin" | "displayName" | "handle">): void {
    const before = this.#record
    if (before === undefined) return
    if (before.admin === admin && before.displayName === displayName && before.handle === handle) return
    this.#record = { ...before, admin, displayName, handle }
    this.#ports.kept.set(recordKey, JSON.stringify(this.#record))
    for (const listener of this.#listeners) listener(this.#record, undefined)
  }

  /**
   * Ends on the server a device that was signed out here. Call it whenever the server may be reachable, and before a
   * sign-in: the new cookie replaces the only credential that can still end that device. `token`: the device's own, if
   * it is still valid. Never fails.
   */
  finishSignOut(token?: string): Promise<void> {
    this.#finishing ??= this.#finish(token)
      // The browser refused the lock: retry another time.
      .catch(() => undefined)
      .finally(() => {
        this.#finishing = undefined
      })
    return this.#finishing
  }

  async #finish(token: string | undefined): Promise<void> {
    const { calls, exclusively, kept } = this.#ports
    const deviceId = kept.get(endingKey)
    const isOver = () => this.#record !== undefined || kept.get(endingKey) !== deviceId
    if (deviceId === undefined || isOver()) return
    // The device's last refresh may be in progress. The server would take two at once for a stolen token.
    await this.#renewing
    await exclusively(async () => {
      if (isOver()) return
      let told = token === undefined ? "refused" : await calls.signOut(token)
      if (told === "refused") {
        // Use the device's cookie, which gives another token while the device is not ended.
        const answer = await calls.refresh()
        if (!answer.ok && answer.error._tag !== "Unauthenticated") return
        if (answer.ok && answer.granted.record.deviceId === deviceId && !isOver())
          told = await calls.signOut(answer.granted.token)
      }
      if (told !== "unknown") kept.set(endingKey, undefined)
    })
  }

  #whyOf(deviceId: string | undefined): Why | undefined {
    const kept = this.#ports.kept.get(whyKey)
    return (["revoked", "expired", "bySelf"] as const).find((why) => kept === `${why} ${deviceId}`)
  }

  #fresh(): string | undefined {
    return this.#access !== undefined && this.#access.until > this.#ports.now() ? this.#access.token : undefined
  }

  #renew(refused: string | undefined): Promise<TokenAnswer> {
    this.#renewing ??= this.#ports
      .exclusively(() => this.#refresh(refused))
      .finally(() => {
        this.#renewing = undefined
      })
    return this.#renewing
  }

  async #refresh(refused: string | undefined): Promise<TokenAnswer> {
    const record = this.#record
    if (record === undefined) return { _tag: "SignedOut" }
    // While this tab waited for the lock, another tab may have sent its token.
    const told = this.#fresh()
    if (told !== undefined && told !== refused) return { _tag: "Token", token: told }
    const answer = await this.#ports.calls.refresh()
    if (this.#record?.deviceId !== record.deviceId) return { _tag: "SignedOut" }
    if (!answer.ok) {
      if (answer.error._tag !== "Unauthenticated") {
        const { retryAfterMs } = answer.error
        return { _tag: "Unreachable", ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
      }
      this.ended("expired", record.deviceId)
      return { _tag: "SignedOut" }
    }
    this.#take(answer.granted)
    // The cookie belongs to another sign-in: this page follows it.
    return answer.granted.record.deviceId === record.deviceId
      ? { _tag: "Token", token: answer.granted.token }
      : { _tag: "SignedOut" }
  }

  /**
   * Never runs during a refresh in any tab. Otherwise the answer for a former sign-in could arrive last and restore its
   * cookie.
   */
  async #begin(ask: () => Promise<Granting>): Promise<SignInAnswer> {
    await this.finishSignOut()
    let begun: Promise<SignInAnswer> | undefined
    const begin = () => {
      begun ??= ask().then((answer) => this.#granted(answer))
      return begun
    }
    // If the browser gives no lock, sign in without one.
    return this.#ports.exclusively(begin).catch(begin)
  }

  #granted(answer: Granting): SignInAnswer {
    if (!answer.ok) return answer
    this.#ports.kept.set(endingKey, undefined)
    this.#take(answer.granted)
    return { ok: true }
  }

  #take({ record, token, ttlMs }: Extract<Granting, { readonly ok: true }>["granted"]): void {
    const until = this.#ports.now() + Math.max(ttlMs - marginMs, ttlMs / 2)
    this.#keep(record)
    this.#enter(record, undefined)
    this.#access = { token, until }
    this.#ports.channel.post({ _tag: "token", deviceId: record.deviceId, token, until })
  }

  #keep(record: SessionRecord | undefined, why?: Why): void {
    this.#note(record, why)
    this.#ports.kept.set(recordKey, record === undefined ? undefined : JSON.stringify(record))
    // The stored data is theirs again and in use: delete it when they sign out the next time.
    if (record !== undefined) this.forgetting.remove(record.userId)
  }

  /**
   * Called before the user is gone. Each tab notes it: a tab that has already deleted the data does not know what
   * another tab has stored since.
   */
  #note(next: SessionRecord | undefined, why: Why | undefined): void {
    if (this.#record !== undefined && this.#record.userId !== next?.userId)
      this.forgetting.add(this.#record.userId, sparedBy(why))
  }

  #enter(record: SessionRecord | undefined, why: Why | undefined): void {
    this.#note(record, why)
    const before = this.#record
    this.#record = record
    if (before?.deviceId === record?.deviceId) return
    this.#access = undefined
    for (const listener of this.#listeners) listener(record, why)
  }
}

/** Returns the state that the page shows. The ids come from the server's answers. */
export const stateOf = (record: SessionRecord | undefined, why?: Why, unsent?: number): SessionState => {
  if (record === undefined)
    return {
      _tag: "signedOut",
      ...(why === undefined ? {} : { why }),
      ...(unsent === undefined || unsent === 0 ? {} : { unsent })
    }
  const { admin, displayName, handle } = record
  return { _tag: "signedIn", me: { userId: record.userId as UserId, handle, displayName, admin } }
}

const parse = (text: string | undefined): SessionRecord | undefined => {
  try {
    return text === undefined ? undefined : recordOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

// The session's calls over plain HTTP, for use before the live part is loaded. The refresh token is a cookie that no
// script can read.

/** The signed-in user as this browser remembers them; contains no secret. */
export interface SessionRecord {
  readonly userId: string
  readonly deviceId: string
  readonly handle: string
  readonly displayName: string
  readonly admin: boolean
}

/** The answer to a sign-in, registration or refresh. */
interface Granted {
  readonly record: SessionRecord
  readonly token: string
  readonly ttlMs: number
}

type CallError = Extract<SignInAnswer, { readonly ok: false }>["error"]
export type Granting =
  | { readonly ok: true; readonly granted: Granted }
  | { readonly ok: false; readonly error: CallError }

export interface SessionCalls {
  readonly signIn: (form: { readonly handle: string; readonly password: string }) => Promise<Granting>
  readonly register: (form: {
    readonly handle: string
    readonly displayName?: string
    readonly password: string
    readonly invite?: string
  }) => Promise<Granting>
  readonly refresh: () => Promise<Granting>
  /**
   * `refused`: the server rejects the token, because the device has already ended or the token is too old. `unknown`:
   * no answer.
   */
  readonly signOut: (token: string) => Promise<"ended" | "refused" | "unknown">
  readonly policy: () => Promise<AccountPolicy | undefined>
  readonly resetPassword: (form: { readonly code: string; readonly password: string }) => Promise<ResetAnswer>
}

export const sessionCalls = (call: PlainCall, deviceName: () => string): SessionCalls => {
  const post = async (tag: string, body: object, token?: string): Promise<Answer> => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const answer = await call(tag, JSON.stringify(body), { "x-hibiki-session": "cookie", ...authorization })
    return answer.ok ? answer : { ok: false, error: errorOf(answer.error) }
  }
  const grant = async (tag: string, body: object): Promise<Granting> => {
    const answer = await post(tag, body)
    if (!answer.ok) return answer
    const granted = grantedOf(answer.value)
    return granted === undefined ? { ok: false, error: unreachable } : { ok: true, granted }
  }
  const device = () => ({ name: deviceName(), kind: "browser" })
  return {
    signIn: (form) => grant("auth.signIn", { ...form, device: device() }),
    register: (form) => grant("auth.register", { ...form, device: device() }),
    refresh: () => grant("auth.refresh", { refreshToken: "" }),
    signOut: async (token) => {
      const answer = await post("auth.signOut", {}, token)
      return answer.ok ? "ended" : answer.error._tag === "Unauthenticated" ? "refused" : "unknown"
    },
    policy: async () => {
      const answer = await post("auth.policy", {})
      return answer.ok ? policyOf(answer.value) : undefined
    },
    resetPassword: async (form) => {
      const answer = await post("auth.resetPassword", form)
      if (!answer.ok) return answer
      const handle = isObject(answer.value) ? answer.value["handle"] : undefined
      return typeof handle === "string" ? { ok: true, handle } : { ok: false, error: unreachable }
    }
  }
}

type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: CallError }

const errorOf = (error: CallFailed): CallError => {
  const reason = "reason" in error ? error.reason : undefined
  const code = "code" in error ? error.code : undefined
  const retryAfterMs = "retryAfterMs" in error ? error.retryAfterMs : undefined
  return {
    _tag: error._tag,
    ...(typeof reason === "string" ? { reason } : {}),
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {})
  }
}

const grantedOf = (value: unknown): Granted | undefined => {
  const record = recordOf(value)
  if (record === undefined || !isObject(value)) return undefined
  const { accessToken: token, accessTtlMs: ttlMs } = value
  return typeof token === "string" && typeof ttlMs === "number" ? { record, token, ttlMs } : undefined
}

/** Also for the contents of localStorage, which an older page may have written. */
const recordOf = (value: unknown): SessionRecord | undefined => {
  if (!isObject(value)) return undefined
  const { admin, deviceId, displayName, handle, userId } = value
  if (typeof userId !== "string" || typeof deviceId !== "string") return undefined
  if (typeof handle !== "string" || typeof displayName !== "string" || typeof admin !== "boolean") return undefined
  return { userId, deviceId, handle, displayName, admin }
}

const policyOf = (value: unknown): AccountPolicy | undefined => {
  if (!isObject(value)) return undefined
  const { directory, registration } = value
  if (directory !== "open" && directory !== "exact") return undefined
  if (registration !== "open" && registration !== "invite" && registration !== "closed") return undefined
  return { registration, directory }
}

/** Returns the name of this sign-in in the list of devices: browser and system, as far as the user agent shows them. */
export const deviceName = ({ userAgent }: Pick<Navigator, "userAgent">): string => {
  const browser = first(userAgent, browsers)
  const system = first(userAgent, systems)
  return browser === undefined ? (system ?? "Browser") : system === undefined ? browser : `${browser}, ${system}`
}

/** The order matters: most user agents also claim to be others. */
const browsers = [
  ["Edg", "Edge"],
  ["OPR/", "Opera"],
  ["SamsungBrowser", "Samsung Internet"],
  ["Firefox/", "Firefox"],
  ["FxiOS", "Firefox"],
  ["CriOS", "Chrome"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"]
] as const

const systems = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"]
] as const

const first = (text: string, names: ReadonlyArray<readonly [sign: string, name: string]>): string | undefined =>
  names.find(([sign]) => text.includes(sign))?.[1]
