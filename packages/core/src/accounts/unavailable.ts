/** What a call answers while the store is away. */
import { Unavailable } from "../protocol/rpc/RpcErrors.ts"

/** Worth trying again so soon (ms). */
const storeRetryMs = 1_000

/** For any failure whose cause its backend has logged. */
export const unavailable = (): Unavailable => new Unavailable({ retryAfterMs: storeRetryMs })
