/**
 * Calls by plain fetch: the contracts' types on plain JSON, which is all that their schemas contain. Small enough for
 * the first paint. The official RPC client, with schemas and streams, is larger than the rest of the page and loads
 * with the first stream.
 */

/** The error in the call's contract, or `Unreachable`. */
export interface CallFailed {
  readonly _tag: string
}
export type PlainAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: CallFailed }

/** The server's own deadlines are shorter. */
const answerMs = 15_000

export const unreachable = { _tag: "Unreachable" } as const
const unanswered: PlainAnswer = { ok: false, error: unreachable }

export type PlainCall = (
  tag: string,
  payload: string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal
) => Promise<PlainAnswer>

/** Calls `/api/v1/<tag>`, which sets cookies. Never rejects. */
export const plainCalls =
  (fetching: typeof fetch): PlainCall =>
  (tag, payload, headers, signal) =>
    post(fetching, `/api/v1/${tag}`, payload, headers, signal, answerOf)

/**
 * Calls `/rpc`, whose answers all have status 200: a browser logs any other status as a failure in the console. Never
 * rejects.
 */
export const rpcCalls =
  (fetching: typeof fetch): PlainCall =>
  (tag, payload, headers, signal) =>
    post(
      fetching,
      "/rpc",
      `{"_tag":"Request","id":"1","tag":"${tag}","headers":[],"payload":${payload}}`,
      headers,
      signal,
      exitOf
    )

const post = async (
  fetching: typeof fetch,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
  read: (body: unknown) => PlainAnswer
): Promise<PlainAnswer> => {
  const late = AbortSignal.timeout(answerMs)
  try {
    const response = await fetching(path, {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json", ...headers },
      body,
      signal: signal === undefined ? late : AbortSignal.any([late, signal])
    })
    return read(await response.json())
  } catch {
    return unanswered
  }
}

/**
 * Reads a list of one message, by @effect/rpc's protocol. For a request that the server could not read, the answer is
 * as over `/api/v1`.
 */
const exitOf = (body: unknown): PlainAnswer => {
  if (!Array.isArray(body)) return failed(isObject(body) ? body["error"] : undefined)
  const message: unknown = body[0]
  const exit = isObject(message) && message["_tag"] === "Exit" ? message["exit"] : undefined
  if (!isObject(exit)) return unanswered
  if (exit["_tag"] === "Success") return { ok: true, value: exit["value"] }
  const { cause } = exit
  return failed(isObject(cause) && cause["_tag"] === "Fail" ? cause["error"] : undefined)
}

const answerOf = (body: unknown): PlainAnswer => {
  if (isObject(body) && "value" in body) return { ok: true, value: body["value"] }
  return failed(isObject(body) ? body["error"] : undefined)
}

const failed = (error: unknown): PlainAnswer => (isFailure(error) ? { ok: false, error } : unanswered)

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

const isFailure = (error: unknown): error is CallFailed => isObject(error) && typeof error["_tag"] === "string"

/** The page was opened at an address that the server does not accept as its own, as its answers show. */
export interface WrongAddress {
  /** The server's address; undefined when it is not configured. */
  readonly openAt: string | undefined
}

/** Refusal codes that no other input can fix. */
const codes: ReadonlySet<unknown> = new Set(["foreign_origin", "tls_required"])

export const isWrongAddress = (error: { readonly _tag: string; readonly code?: unknown }): boolean =>
  error._tag === "BadRequest" && codes.has(error.code)

/**
 * Fetches as `fetching` does. Calls `tell` with what a refusal says, and with undefined after an answer that is none.
 */
export const watchAddress =
  (fetching: typeof fetch, tell: (wrong: WrongAddress | undefined) => void): typeof fetch =>
  async (input, init) => {
    const response = await fetching(input, init)
    if (response.ok) tell(undefined)
    else if (response.status === 403) {
      const body: unknown = await response
        .clone()
        .json()
        .catch(() => undefined)
      const error = isObject(body) ? body["error"] : undefined
      if (isObject(error) && isWrongAddress({ _tag: String(error["_tag"]), code: error["code"] }))
        tell({ openAt: webOrigin(error["openAt"]) })
    }
    return response
  }

/** Only web addresses become links. */
const webOrigin = (value: unknown): string | undefined => {
  // Browsers from before mid-2024 have no `URL.parse`.
  if (typeof value !== "string" || !URL.canParse(value)) return undefined
  const { origin, protocol } = new URL(value)
  return /^https?:$/.test(protocol) ? origin : undefined
}
