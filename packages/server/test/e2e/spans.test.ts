/** Spans of the built server at a collector, and what a server without an endpoint loads. */
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Chunk, Effect, Queue } from "effect"
import { isLive, makeGroup, openDevice, postAndWait } from "../cluster/TestDevice.ts"
import { makeCollector, type Received, spansOf } from "../operate/collector.ts"
import { putMigratedPglite } from "../pglite/pgliteTemplate.ts"
import { endServer, freePort, root, startServer, temporaryFolder, waitFor } from "./harness.ts"
import { call, register } from "./kill/api.ts"

const folder = temporaryFolder()
const data = join(folder.path, "data")
beforeAll(() => putMigratedPglite(data))
afterAll(() => folder.remove())

const canary = "canary-7f3a"

/** The embedded server with a collector at this port, and a person who can call it. */
const serverWith = async (collectorPort: number) => {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const server = await startServer({
    HIBIKI_DATA: data,
    HIBIKI_PORT: String(port),
    HIBIKI_REGISTRATION: "open",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPort}`,
    OTEL_EXPORTER_OTLP_HEADERS: "x-team=chat"
  })
  const handle = `h${randomUUID().slice(0, 8)}`
  return { server, origin, handle, person: await register(origin, handle) }
}

describe("a server with an OpenTelemetry endpoint", () => {
  it.live("sends a span of each call and each batch, the last of them at its end, and no text", () =>
    Effect.gen(function* () {
      const { port, requests } = yield* makeCollector()
      const { handle, origin, person, server } = yield* Effect.promise(() => serverWith(port))
      const received: Array<Received> = []
      const hasSpan = (name: string) =>
        Effect.map(Queue.takeAll(requests), (more) => {
          received.push(...Chunk.toReadonlyArray(more))
          return received.flatMap(spansOf).some((span) => span.name === name)
        })
      const group = yield* Effect.promise(() => makeGroup(origin, [person]))
      yield* Effect.promise(async () => {
        const device = await openDevice(origin, person)
        await isLive(device)
        device.client.open(group)
        await postAndWait(device, group, canary)
        await device.close()
        await waitFor("the batch", () => Effect.runPromise(hasSpan("worker.batch")))
        await call(origin, "user.updateProfile", { displayName: canary }, person.accessToken)
        // Before the next round is due.
        assert.strictEqual(await endServer(server), 0)
      })
      assert.isTrue(yield* hasSpan("user.updateProfile"))
      const spans = received.flatMap(spansOf)
      const batch = spans.find(({ name }) => name === "worker.batch")
      assert.deepInclude(batch?.attributes, { "hibiki.commands": "1", "hibiki.logs": "1", "hibiki.outcome": "stored" })
      assert.deepInclude(spans[0]?.resource, { "service.name": "hibiki", "hibiki.role": "embedded" })
      for (const { body, headers, path } of received) {
        assert.strictEqual(path, "/v1/traces")
        assert.strictEqual(headers["x-team"], "chat")
        for (const secret of [canary, handle, person.accessToken, person.userId, group]) assert.notInclude(body, secret)
      }
    }).pipe(Effect.scoped)
  )

  it.live("serves as before while nothing listens there, logs one line, and stops in order", () =>
    Effect.gen(function* () {
      const { port } = yield* Effect.scoped(makeCollector())
      yield* Effect.promise(async () => {
        const { origin, person, server } = await serverWith(port)
        await waitFor("the line", () => server.stderr().includes("OpenTelemetry endpoint takes no spans"))
        for (let i = 0; i < 20; i++) await call(origin, "user.me", {}, person.accessToken)
        assert.strictEqual(await endServer(server), 0)
        assert.lengthOf(server.stderr().match(/OpenTelemetry/g) ?? [], 1, server.stderr())
      })
    })
  )

  it.live("serves as before while the endpoint hangs, and stops in order", () =>
    Effect.gen(function* () {
      const { port, requests } = yield* makeCollector(() => undefined)
      yield* Effect.promise(async () => {
        const { origin, person, server } = await serverWith(port)
        await Effect.runPromise(Queue.take(requests))
        for (let i = 0; i < 20; i++) await call(origin, "user.me", {}, person.accessToken)
        assert.strictEqual(await endServer(server), 0)
      })
    }).pipe(Effect.scoped)
  )
})

describe("the built server", () => {
  it("loads the exporter only by a dynamic import, which an unset endpoint never reaches", () => {
    const dist = join(root, "packages/server/dist")
    const [, ...names] = readFileSync(join(dist, ".stamp"), "utf8").split("\n")
    const files = names
      .filter((name) => name.endsWith(".js"))
      .map((name) => ({ name, code: readFileSync(join(dist, name), "utf8") }))
    const exporters = files.filter(({ code }) => code.includes("/v1/traces`"))
    assert.lengthOf(exporters, 1)
    const file = exporters[0]?.name.split("/").at(-1) ?? ""
    assert.include(file, "otlpExporter-")
    const importers = files.filter(
      ({ code }) => code.includes(file.replace(/\.js$/, "")) && !code.includes("/v1/traces`")
    )
    assert.isAbove(importers.length, 0)
    for (const { code, name } of importers) {
      const uses = code.split("\n").filter((line) => line.includes(file) && !line.startsWith("//"))
      assert.isTrue(
        uses.every((line) => line.includes(`import("./${file}")`) || line.includes(`import("../chunks/${file}")`)),
        name
      )
    }
  })
})
