/** The whole way of a push: a device that is away, a message, and its browser's push service. */
import { join } from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import { isLive, makeGroup, openDevice, postAndWait } from "../cluster/TestDevice.ts"
import { putMigratedPglite } from "../pglite/pgliteTemplate.ts"
import { certificate, senderOf, startPushService, subscribe } from "../push/service/PushServiceForTests.ts"
import { endServer, finish, freePort, type RunningServer, startServer, temporaryFolder, waitFor } from "./harness.ts"
import { call, register } from "./kill/api.ts"

let service: Awaited<ReturnType<typeof startPushService>>
let server: RunningServer
let origin = ""
let keys: Readonly<Record<string, string>> = {}
const folder = temporaryFolder()
beforeAll(async () => {
  service = await startPushService()
  const said = (await finish(["push", "keys"], {})).stdout.trim().split("\n")
  keys = Object.fromEntries(said.map((line) => line.split("=")))
  const port = await freePort()
  await putMigratedPglite(join(folder.path, "data"))
  origin = `http://127.0.0.1:${port}`
  server = await startServer({
    ...{
      ...keys,
      HIBIKI_PUSH_CONTACT: "https://chat.example",
      HIBIKI_PUSH_HOSTS: service.host,
      NODE_EXTRA_CA_CERTS: certificate
    },
    ...{ HIBIKI_DATA: join(folder.path, "data"), HIBIKI_PORT: `${port}`, HIBIKI_REGISTRATION: "open" }
  })
})
afterAll(async () => {
  if (server !== undefined) await endServer(server)
  await service?.stop()
  folder.remove()
})

it("a push comes to the browser of who is away, and goes when it was read", async () => {
  const [ann, ben] = [await register(origin, "ann"), await register(origin, "ben")]
  const group = await makeGroup(origin, [ann, ben])
  const { key } = await call<{ key: string }>(origin, "push.key", {}, ben.accessToken)
  assert.strictEqual(key, keys["HIBIKI_PUSH_PUBLIC_KEY"])
  const browser = subscribe(service.host, "/ben")
  await call(origin, "push.subscribe", browser.address, ben.accessToken)
  const writer = await openDevice(origin, ann)
  await isLive(writer)
  writer.client.open(group)
  try {
    await postAndWait(writer, group, "hello")
    await waitFor("the push", () => service.taken.length > 0, 20_000)
    const [wake] = service.taken
    if (wake === undefined) return assert.fail("there is one")
    const collapse = group.replaceAll("-", "")
    assert.deepStrictEqual(browser.read(wake.body), { v: 1, kind: "wake", conversationId: group, collapse })
    assert.strictEqual(wake.path, "/ben")
    assert.deepInclude(senderOf(wake).claims, { sub: "https://chat.example" })

    const reader = await openDevice(origin, ben)
    await isLive(reader)
    reader.client.open(group)
    await waitFor("something to read", () => (reader.client.feed(group)?.cursor ?? 0) >= 2)
    reader.client.read(group, 2)
    await waitFor("it to be taken back", () => service.taken.length > 1, 20_000)
    await reader.close()
    const [, cancel] = service.taken
    if (cancel === undefined) return assert.fail("there is one")
    assert.deepStrictEqual(browser.read(cancel.body), { v: 1, kind: "cancel", conversationId: group, collapse })
    assert.notInclude(server.stderr(), service.host)
  } finally {
    await writer.close()
  }
})
