/** One walk through a cluster of every role: the quick answer to whether its processes work together. */
import { afterAll, assert, beforeAll, inject, it } from "vitest"
import { waitFor } from "../e2e/harness.ts"
import { register } from "../e2e/kill/api.ts"
import { Cluster } from "./Cluster.ts"
import { emptyDatabase } from "./emptyDatabase.ts"
import { isLive, makeGroup, openDevice, postAndWait, shownTexts } from "./TestDevice.ts"

let cluster: Cluster

beforeAll(async () => {
  cluster = new Cluster({
    databaseUrl: await emptyDatabase(inject("postgresUrl")),
    rabbit: inject("rabbit"),
    redisUrl: inject("redisUrl")
  })
  await cluster.setUp()
  await Promise.all((["worker", "gateway", "gateway", "api", "push"] as const).map((role) => cluster.start(role)))
})
afterAll(() => cluster?.stop())

it("two people at two gateways of a cluster talk, one of them through the end of a gateway, and every process ends well", async () => {
  const [api] = cluster.of("api")
  const [first, second] = cluster.of("gateway")
  if (api === undefined || first === undefined || second === undefined) return assert.fail("not started")
  const [ann, ben] = [await register(api.url, "ann"), await register(api.url, "ben")]
  const group = await makeGroup(api.url, [ann, ben])
  const annAtFirst = await openDevice(api.url, ann, [], first.url)
  const benAtSecond = await openDevice(api.url, ben, [], second.url)
  const shows = (texts: ReadonlyArray<string>) =>
    waitFor(`both to show ${texts}`, () =>
      [annAtFirst, benAtSecond].every((device) => `${shownTexts(device, group)}` === `${texts}`)
    )
  try {
    await Promise.all([annAtFirst, benAtSecond].map(isLive))
    await postAndWait(annAtFirst, group, "one")
    await postAndWait(benAtSecond, group, "two")
    await shows(["one", "two"])
    const port = Number(new URL(second.url).port)
    assert.strictEqual(await cluster.end(second), 0)
    await postAndWait(annAtFirst, group, "three")
    await cluster.start("gateway", { port })
    await shows(["one", "two", "three"])
  } finally {
    await annAtFirst.close()
    await benAtSecond.close()
  }
  const codes = await Promise.all(cluster.members.map((member) => cluster.end(member)))
  assert.deepStrictEqual(new Set(codes), new Set([0]))
})
