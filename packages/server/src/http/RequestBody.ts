/** Reads a request's body into memory, as far as its bound. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { Effect } from "effect"
import { badInput, unavailable, type WireError } from "./Answer.ts"
import { countRefused } from "./HttpMetrics.ts"
import type { Place } from "./InFlight.ts"

/**
 * The body as text. Over `max` bytes it is not read on: the answer then closes the connection. How long it may take is
 * the server's request timeout. `expects100`: the client waits to be asked for it. Meanwhile its place is others'.
 */
export const readBody = (
  request: IncomingMessage,
  response: ServerResponse,
  place: Place,
  max: number,
  expects100: boolean
): Effect.Effect<string, WireError> =>
  Effect.async((resume) => {
    if (Number(request.headers["content-length"] ?? 0) > max) return resume(Effect.fail(tooLarge))
    const chunks: Array<Buffer> = []
    let bytes = 0
    const finish = (result: Effect.Effect<string, WireError>) => {
      stop()
      resume(result)
    }
    const onData = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > max) finish(Effect.fail(tooLarge))
      else chunks.push(chunk)
    }
    const onEnd = () => finish(place.bodyCame() ? decode(Buffer.concat(chunks, bytes)) : refused("too_many"))
    const onError = () => finish(Effect.fail(badInput("incomplete", "body")))
    const stop = () => {
      request.off("data", onData).off("end", onEnd).off("error", onError)
      request.pause()
    }
    // The error listener stays: a connection that breaks later must not become an uncaught exception.
    request.on("error", () => undefined)
    request.on("data", onData).on("end", onEnd).on("error", onError)
    place.awaitBody(() => finish(refused("slow_body")))
    if (expects100) response.writeContinue()
    return Effect.sync(stop)
  })

const refused = (reason: string) =>
  Effect.suspend(() => {
    countRefused(reason)
    return Effect.fail(unavailable)
  })
const tooLarge = badInput("too_large", "body")

// A byte order mark is kept, so that it is refused as no JSON.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const decode = (bytes: Buffer): Effect.Effect<string, WireError> => {
  try {
    return Effect.succeed(utf8.decode(bytes))
  } catch {
    return Effect.fail(badInput("not_utf8", "body"))
  }
}
