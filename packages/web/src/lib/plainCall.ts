/**
 * One call over `/api/v1`: the contracts' types on plain JSON, which is all that their schemas hold. Small enough for the first paint; the
 * official RPC client, whose schemas and streams weigh more than the rest of the page, comes with the first stream.
 */

/** As the call's contract types it, or `Unreachable`. */
export interface CallFailed {
  readonly _tag: string
}
export type PlainAnswer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: CallFailed }

/** The server's own deadlines are shorter. */
const answerMs = 15_000

export const unreachable = { _tag: "Unreachable" } as const

export type PlainCall = (
  tag: string,
  payload: string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal
) => Promise<PlainAnswer>

/** Never rejects. */
export const plainCalls =
  (fetching: typeof fetch): PlainCall =>
  async (tag, payload, headers, signal) => {
    const late = AbortSignal.timeout(answerMs)
    try {
      const response = await fetching(`/api/v1/${tag}`, {
        method: "POST",
        credentials: "same-origin",
        headers: { "content-type": "application/json", ...headers },
        body: payload,
        signal: signal === undefined ? late : AbortSignal.any([late, signal])
      })
      return answerOf(await response.json())
    } catch {
      return { ok: false, error: unreachable }
    }
  }

const answerOf = (body: unknown): PlainAnswer => {
  if (isObject(body) && "value" in body) return { ok: true, value: body["value"] }
  const error = isObject(body) ? body["error"] : undefined
  return { ok: false, error: isFailure(error) ? error : unreachable }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null

const isFailure = (error: unknown): error is CallFailed => isObject(error) && typeof error["_tag"] === "string"
