/** Calls of the plain HTTP API, as a client in any language makes them. */
import { setTimeout as wait } from "node:timers/promises"
import type { Account } from "./load.ts"

/** The value of a call, which waits where it is told to; throws with the error's tag when it is refused. */
export const call = async <A>(origin: string, tag: string, payload: unknown, token?: string): Promise<A> => {
  const response = await fetch(`${origin}/api/v1/${tag}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
    },
    body: JSON.stringify(payload)
  })
  const answer = (await response.json()) as {
    readonly value: A
    readonly error?: { readonly _tag: string; readonly retryAfterMs?: number }
  }
  // Whoever reads all that a user has does so faster than a user may; the wait is what the server asks for, a second at
  // most.
  if (answer.error?._tag === "RateLimited" && (answer.error.retryAfterMs ?? Number.POSITIVE_INFINITY) <= 1_000) {
    await wait(answer.error.retryAfterMs)
    return call(origin, tag, payload, token)
  }
  if (!response.ok) throw new Error(`${tag}: ${response.status} ${JSON.stringify(answer.error)}`)
  return answer.value
}

export const register = (origin: string, handle: string): Promise<Account> =>
  call(origin, "auth.register", {
    handle,
    password: "correct horse battery",
    device: { name: "first", kind: "terminal" }
  })

export const signIn = (origin: string, handle: string): Promise<Account> =>
  call(origin, "auth.signIn", {
    handle,
    password: "correct horse battery",
    device: { name: "further", kind: "terminal" }
  })
