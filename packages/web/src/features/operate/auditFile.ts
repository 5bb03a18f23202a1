/** The whole audit log as one file: all parts of the export, one after the other. */
import type { CallResult } from "../../runtime/Chat.ts"
import type { AdminError } from "./adminProblem.ts"

type Part = CallResult<"admin.auditExport">

interface ExportPorts {
  /** Without a number: the first part. */
  readonly ask: (after: number | undefined) => Promise<Part>
  readonly wait: (ms: number) => Promise<void>
  /** Checked before each part. */
  readonly isWanted: () => boolean
}

/** `undefined`: nobody wants it any more. */
type Exported =
  | { readonly ok: true; readonly parts: ReadonlyArray<string> }
  | { readonly ok: false; readonly error: AdminError }

/** Failures in a row after which it gives up. */
const triesMax = 5
const longestWaitMs = 30_000

/** Repeats a part that the server could not answer just now. The first part has an entry in the log: once. */
export const exportAudit = async ({ ask, isWanted, wait }: ExportPorts): Promise<Exported | undefined> => {
  const parts: Array<string> = []
  let after: number | undefined
  for (let failures = 0; isWanted(); ) {
    const answer = await ask(after)
    if (answer.ok) {
      failures = 0
      parts.push(answer.value.csv)
      after = answer.value.next
      if (after === undefined) return { ok: true, parts }
    } else {
      const waitMs = askedWait(answer.error)
      if (waitMs === undefined || ++failures >= triesMax) return answer
      await wait(Math.min(longestWaitMs, waitMs))
    }
  }
  return undefined
}

const askedWait = (error: AdminError): number | undefined =>
  error._tag === "RateLimited" || error._tag === "Unavailable" ? error.retryAfterMs : undefined

/** Has the browser save the file. */
export const saveFile = (parts: ReadonlyArray<string>, name: string): void => {
  const url = URL.createObjectURL(new Blob([...parts], { type: "text/csv;charset=utf-8" }))
  const link = Object.assign(document.createElement("a"), { href: url, download: name })
  link.click()
  // The browser has read the address by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
