/** The calls of a session over plain HTTP, for before the live part is loaded. The refresh token is a cookie that no script can read. */
import type { AccountPolicy, SignInAnswer } from "../app/App.ts"

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
export type Granting = { readonly ok: true; readonly granted: Granted } | { readonly ok: false; readonly error: CallError }

export interface SessionCalls {
  readonly signIn: (form: { readonly handle: string; readonly password: string }) => Promise<Granting>
  readonly register: (form: {
    readonly handle: string
    readonly displayName?: string
    readonly password: string
    readonly invite?: string
  }) => Promise<Granting>
  readonly refresh: () => Promise<Granting>
  /** Whether the server knows of it: then the device is ended, now or before. */
  readonly signOut: (token: string) => Promise<boolean>
  readonly policy: () => Promise<AccountPolicy | undefined>
}

const answerMs = 15_000
const unreachable: CallError = { _tag: "Unreachable" }

export const sessionCalls = (fetching: typeof fetch, deviceName: () => string): SessionCalls => {
  const post = async (tag: string, body: object, token?: string): Promise<Answer> => {
    try {
      const response = await fetching(`/api/v1/${tag}`, {
        method: "POST",
        credentials: "same-origin",
        headers: {
          "content-type": "application/json",
          "x-hibiki-session": "cookie",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(answerMs)
      })
      return answerOf(await response.json())
    } catch {
      return { ok: false, error: unreachable }
    }
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
      return answer.ok || answer.error._tag === "Unauthenticated"
    },
    policy: async () => {
      const answer = await post("auth.policy", {})
      return answer.ok ? policyOf(answer.value) : undefined
    }
  }
}

type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: CallError }

const answerOf = (body: unknown): Answer => {
  if (!isRecord(body)) return { ok: false, error: unreachable }
  if ("value" in body) return { ok: true, value: body["value"] }
  return { ok: false, error: errorOf(body["error"]) }
}

const errorOf = (error: unknown): CallError => {
  if (!isRecord(error) || typeof error["_tag"] !== "string") return unreachable
  const { reason, retryAfterMs } = error
  return {
    _tag: error["_tag"],
    ...(typeof reason === "string" ? { reason } : {}),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {})
  }
}

const grantedOf = (value: unknown): Granted | undefined => {
  const record = recordOf(value)
  if (record === undefined || !isRecord(value)) return undefined
  const { accessToken: token, accessTtlMs: ttlMs } = value
  return typeof token === "string" && typeof ttlMs === "number" ? { record, token, ttlMs } : undefined
}

/** Also for what localStorage holds, which an older page may have written. */
export const recordOf = (value: unknown): SessionRecord | undefined => {
  if (!isRecord(value)) return undefined
  const { admin, deviceId, displayName, handle, userId } = value
  if (typeof userId !== "string" || typeof deviceId !== "string") return undefined
  if (typeof handle !== "string" || typeof displayName !== "string" || typeof admin !== "boolean") return undefined
  return { userId, deviceId, handle, displayName, admin }
}

const policyOf = (value: unknown): AccountPolicy | undefined => {
  if (!isRecord(value)) return undefined
  const { directory, registration } = value
  if (directory !== "open" && directory !== "exact") return undefined
  if (registration !== "open" && registration !== "invite" && registration !== "closed") return undefined
  return { registration, directory }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null
