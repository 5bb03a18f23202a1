/** A collector of OpenTelemetry for tests: stores each request, and answers as the test sets it. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect, Queue } from "effect"

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface OtlpValue {
  readonly stringValue?: string
  readonly intValue?: string
}
type Attributes = ReadonlyArray<{ readonly key: string; readonly value: OtlpValue }>
interface Payload {
  readonly resourceSpans: ReadonlyArray<{
    readonly resource: { readonly attributes: Attributes }
    readonly scopeSpans: ReadonlyArray<{
      readonly spans: ReadonlyArray<{
        readonly traceId: string
        readonly spanId: string
        readonly name: string
        readonly kind: number
        readonly startTimeUnixNano: string
        readonly endTimeUnixNano: string
        readonly attributes: Attributes
        readonly status: { readonly code: number }
      }>
    }>
  }>
}

const plain = (attributes: Attributes): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]))

/** The spans of a request, with attributes as texts. */
export const spansOf = ({ body }: Received) => {
  const { resourceSpans }: Payload = JSON.parse(body)
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, attributes: plain(span.attributes), resource: plain(resource.attributes) }))
    )
  )
}

/** `answer`: 200 with an empty object by default. */
export const makeCollector = (
  answer: (response: ServerResponse) => void = (response) => void response.writeHead(200).end("{}")
) =>
  Effect.gen(function* () {
    const requests = yield* Queue.unbounded<Received>()
    const server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("error", () => undefined)
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString()
        requests.unsafeOffer({ path: request.url ?? "", headers: request.headers, body })
        answer(response)
      })
    })
    yield* Effect.acquireRelease(
      Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.sync(() => {
          server.close()
          server.closeAllConnections()
        })
    )
    return { requests, port: (server.address() as AddressInfo).port } as const
  })
