/** Sees by the server's answers that the page was opened at an address that the server does not take for its own. */
import { isObject } from "./plainCall.ts"

export interface WrongAddress {
  /** Where the server is opened; undefined when it was not told. */
  readonly openAt: string | undefined
}

/** Codes of refusals that no other input can mend. */
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

/** Nothing but an address of the web becomes a link. */
const webOrigin = (value: unknown): string | undefined => {
  // Browsers of before the middle of 2024 have no `URL.parse`.
  if (typeof value !== "string" || !URL.canParse(value)) return undefined
  const { origin, protocol } = new URL(value)
  return /^https?:$/.test(protocol) ? origin : undefined
}
