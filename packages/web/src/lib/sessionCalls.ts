/**
 * The calls of a session over plain HTTP, for before the live part is loaded. The refresh token is a cookie that no
 * script can read.
 */
import type { AccountPolicy, SignInAnswer } from "../model/App.ts"
import { type CallFailed, isObject, type PlainCall, unreachable } from "./plainCall.ts"

/** Who is signed in, as this browser remembers it: nothing secret. */
export interface SessionRecord {
  readonly userId: string
  readonly deviceId: string
  readonly handle: string
  readonly displayName: string
  readonly admin: boolean
}

/** One answer to a sign-in, registration or refresh. */
export interface Granted {
  readonly record: SessionRecord
  readonly token: string
  readonly ttlMs: number
}

export type CallError = Extract<SignInAnswer, { readonly ok: false }>["error"]
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
   * `refused`: the token is not taken, since the device was ended before, or only since it is too old. `unknown`: no
   * answer.
   */
  readonly signOut: (token: string) => Promise<"ended" | "refused" | "unknown">
  readonly policy: () => Promise<AccountPolicy | undefined>
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

/** Also for what localStorage holds, which an older page may have written. */
export const recordOf = (value: unknown): SessionRecord | undefined => {
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
