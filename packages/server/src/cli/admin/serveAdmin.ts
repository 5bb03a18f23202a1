/**
 * The running server's door for the command line: only one process may open the folder, so all others send requests to
 * it.
 */
import { randomBytes, timingSafeEqual } from "node:crypto"
import { rm } from "node:fs/promises"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { writeWhole } from "@hibiki/node/atomicFile"
import { failed, type Problem } from "@hibiki/node/Problem"
import { Effect, FiberSet, Schema, type Scope } from "effect"
import { type AdminAnswer, AdminRequest } from "./AdminRequest.ts"
import { adminDoorPath } from "./adminDoor.ts"

type Perform<R> = (request: AdminRequest) => Effect.Effect<ReadonlyArray<string>, Problem, R>

/** The longest request, and the most requests at once; further ones are turned away. */
const bodyMax = 16_384
const atOnce = 4

/** Serves `perform` for as long as the scope is open. */
export const serveAdmin = <R>(folder: string, perform: Perform<R>): Effect.Effect<void, Problem, R | Scope.Scope> =>
  Effect.gen(function* () {
    const secret = randomBytes(32).toString("base64url")
    const run = yield* FiberSet.makeRuntime<R, void>()
    let busy = 0
    const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
      if (!isOwner(request, secret)) return void response.writeHead(403).end()
      if (busy >= atOnce) return void response.writeHead(503).end()
      busy++
      run(
        Effect.ensuring(
          handle(request, response, perform),
          Effect.sync(() => busy--)
        )
      )
    })
    const port = yield* Effect.acquireRelease(listen(server), () =>
      Effect.promise(() => rm(adminDoorPath(folder), { force: true }).catch(() => undefined)).pipe(
        Effect.zipRight(Effect.sync(() => server.close())),
        Effect.zipRight(Effect.sync(() => server.closeAllConnections()))
      )
    )
    yield* Effect.tryPromise({
      try: () => writeWhole(adminDoorPath(folder), JSON.stringify({ url: `http://127.0.0.1:${port}/`, secret })),
      catch: (error) =>
        failed(
          `The door for the command line could not be made: ${error instanceof Error ? error.message : String(error)}`
        )
    })
  })

const listen = (server: ReturnType<typeof createServer>): Effect.Effect<number, Problem> =>
  Effect.async((resume) => {
    server.once("error", (error) => resume(failed(`No free port on 127.0.0.1 for the command line: ${error.message}`)))
    server.listen({ host: "127.0.0.1", port: 0 }, () => {
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

const isOwner = (request: IncomingMessage, secret: string): boolean => {
  const given = Buffer.from(request.headers.authorization ?? "")
  const wanted = Buffer.from(`Bearer ${secret}`)
  return request.method === "POST" && given.length === wanted.length && timingSafeEqual(given, wanted)
}

const handle = <R>(
  request: IncomingMessage,
  response: ServerResponse,
  perform: Perform<R>
): Effect.Effect<void, never, R> =>
  Effect.gen(function* () {
    const body = yield* Effect.tryPromise({
      try: () => bodyOf(request),
      catch: () => failed("The request could not be read.")
    })
    const asked = yield* Effect.mapError(decode(body), () =>
      failed("This server does not know that command: it may be of another version.")
    )
    return { lines: yield* perform(asked) }
  }).pipe(
    Effect.catchAll((problem) => Effect.succeed<AdminAnswer>({ problem: problem.sentence })),
    Effect.catchAllDefect((defect) =>
      Effect.as(Effect.logError("An administrative command failed", defect), {
        problem: "The server failed at it: its log tells more."
      })
    ),
    Effect.map(
      (answer: AdminAnswer) =>
        void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer))
    )
  )

const decode = Schema.decodeUnknown(Schema.parseJson(AdminRequest))

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > bodyMax) throw new Error("too large")
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}
