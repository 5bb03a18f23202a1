/** Calls of the plain HTTP API, as a client in any language makes them. */
import type { Account } from "./load.ts"

/** The value of a call; throws with the error's tag when it is refused. */
export const call = async <A>(origin: string, tag: string, payload: unknown, token?: string): Promise<A> => {
  const response = await fetch(`${origin}/api/v1/${tag}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(payload)
  })
  const answer = (await response.json()) as { readonly value: A; readonly error?: unknown }
  if (!response.ok) throw new Error(`${tag}: ${response.status} ${JSON.stringify(answer.error)}`)
  return answer.value
}

export const register = (origin: string, handle: string): Promise<Account> =>
  call(origin, "auth.register", { handle, password: "correct horse battery", device: { name: "first", kind: "terminal" } })

export const signIn = (origin: string, handle: string): Promise<Account> =>
  call(origin, "auth.signIn", { handle, password: "correct horse battery", device: { name: "further", kind: "terminal" } })
