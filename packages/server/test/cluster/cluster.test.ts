import { randomUUID } from "node:crypto"
import { once } from "node:events"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Client } from "pg"
import { assert, describe, inject, it } from "vitest"
import { WebSocket } from "ws"
import { useGateways } from "../conformance/gateways.ts"
import { roomyLimits } from "../conformance/roomyLimits.ts"
import { runSuite } from "../conformance/runSuite.ts"
import { bin, endServer, finish, freePort, run, waitFor } from "../e2e/harness.ts"
import { call, register } from "../e2e/kill/api.ts"
import { expositionFaults, ourPrefixes } from "../http/exposition.ts"
import { type Addresses, Cluster } from "./Cluster.ts"
import { emptyDatabase } from "./emptyDatabase.ts"
import { Link } from "./nemesis/network/Link.ts"
import { isLive, makeGroup, openDevice } from "./TestDevice.ts"

const addresses = async (): Promise<Addresses> => ({
  databaseUrl: await emptyDatabase(inject("postgresUrl")),
  rabbit: inject("rabbit"),
  redisUrl: inject("redisUrl")
})

/** What a command says when it can't go on: one line, and the code for settings that are wrong. */
const refusal = async (command: string, variables: Readonly<Record<string, string>>): Promise<string> => {
  const { code, stderr } = await finish([command], variables)
  assert.strictEqual(code, 78, stderr)
  const lines = stderr.trim().split("\n")
  assert.lengthOf(lines, 1, stderr)
  assert.isAtMost(stderr.length, 201)
  return lines[0] ?? ""
}

describe("a cluster", () => {
  it("says in one line what keeps a process from starting, and leaves nothing half done", async () => {
    const { variables } = new Cluster(await addresses())
    const closed = await freePort()
    const wrong: ReadonlyArray<readonly [Readonly<Record<string, string>>, RegExp]> = [
      [{}, /tables are not there: run `hibiki setup`/],
      [{ HIBIKI_REDIS_URL: "" }, /HIBIKI_REDIS_URL is not set/],
      [{ HIBIKI_SECRET_KEY: "" }, /HIBIKI_SECRET_KEY is not set/],
      [{ HIBIKI_SECRET_KEY: "short" }, /32 characters/],
      [{ HIBIKI_AMQP_URL: "amqp://guest:guest@rabbit.example.org/v" }, /default password \(guest\)/],
      [{ HIBIKI_REDIS_URL: "redis://redis.example.org" }, /Redis is used over the network without a password/],
      [{ HIBIKI_DATABASE_URL: "mysql://h/d" }, /postgres:\/\//],
      [
        { HIBIKI_DATABASE_URL: `postgres://postgres@127.0.0.1:${closed}/postgres`, HIBIKI_START_WAIT: "0" },
        /Postgres refused the connection/
      ],
      [{ HIBIKI_DATABASE_URL: inject("postgresUrl").replace(/postgres$/, "elsewhere") }, /no database of that name/]
    ]
    for (const [changed, line] of wrong) assert.match(await refusal("gateway", { ...variables, ...changed }), line)
    // In the order of `hibiki setup`, which looks at everything before it makes anything.
    const unfit: ReadonlyArray<readonly [Readonly<Record<string, string>>, RegExp]> = [
      [{ HIBIKI_REDIS_URL: `redis://127.0.0.1:${closed}` }, /Redis can't be reached/],
      [{ HIBIKI_AMQP_URL: `amqp://guest:guest@127.0.0.1:${closed}` }, /RabbitMQ refused the connection/],
      [
        { HIBIKI_AMQP_URL: (variables["HIBIKI_AMQP_URL"] ?? "").replace("guest:guest", "guest:wrong") },
        /RabbitMQ does not know this user/
      ]
    ]
    for (const [changed, line] of unfit) assert.match(await refusal("setup", { ...variables, ...changed }), line)
    assert.match(await refusal("worker", variables), /tables are not there/)
  })

  it("is set up by many at once, and again, and says when it is set up otherwise", async () => {
    const cluster = new Cluster(await addresses())
    const said = await Promise.all([cluster.setUp(), cluster.setUp(), cluster.setUp()])
    for (const text of said) assert.include(text, "The cluster is set up.")
    assert.match(await cluster.setUp(), /tables of version \d+, as before\n.*16 partitions, as before/)
    const report = await finish(["setup", "--check"], cluster.variables)
    assert.strictEqual(report.code, 0, report.stderr)
    assert.lengthOf(report.stdout.match(/✓/g) ?? [], 3)
    assert.match(await refusal("api", { ...cluster.variables, HIBIKI_PARTITIONS: "8" }), /16/)
    const doctor = await finish(["doctor"], { ...cluster.variables, HIBIKI_PORT: `${await freePort()}` })
    assert.strictEqual(doctor.code, 0, doctor.stdout)
    for (const name of ["Postgres", "RabbitMQ", "Redis"]) assert.match(doctor.stdout, new RegExp(`^✓ ${name} `, "m"))
  })

  it("has processes that come before their services, and wait for them", async () => {
    const cluster = new Cluster(await addresses())
    await cluster.setUp()
    const names = ["HIBIKI_DATABASE_URL", "HIBIKI_AMQP_URL", "HIBIKI_REDIS_URL"]
    const ways = await Promise.all(
      names.map(async (name) => {
        const url = new URL(cluster.variables[name] ?? "")
        const port = Number(url.port)
        const link = await Link.open(name, () => [port])
        link.cut()
        url.port = `${link.port}`
        return { link, variable: [name, url.href] as const }
      })
    )
    const variables = {
      ...cluster.variables,
      ...Object.fromEntries(ways.map(({ variable }) => variable)),
      HIBIKI_PORT: "0"
    }
    const started = run([bin, "worker"], { ...variables, HIBIKI_START_WAIT: "600" })
    try {
      const said = () => started.stdout() + started.stderr()
      // One after the other, as each of them comes.
      for (const [index, service] of ["Postgres", "RabbitMQ", "Redis"].entries()) {
        await waitFor(
          `it to wait for ${service}`,
          () => new RegExp(`Waiting for a service.*${service}`).test(said()),
          60_000
        )
        ways[index]?.link.mend()
      }
      await waitFor("it to be ready", () => /^Ready after /m.test(started.stdout()))
      assert.include(said(), "All services answer")
    } finally {
      await endServer(started, "SIGTERM")
      await Promise.all(ways.map(({ link }) => link.close()))
    }
  })

  it("has its accounts looked after by the command line, and its first admin by a link", async () => {
    const cluster = new Cluster(await addresses(), { HIBIKI_PUBLIC_URL: "https://chat.example.org" })
    assert.match((await finish(["user", "list"], cluster.variables)).stderr, /run `hibiki setup`/)
    assert.match(await cluster.setUp(), /Admin link {2}https:\/\/chat\.example\.org\/register#invite=\S+/)
    const token = await finish(["token", "create", "echo"], cluster.variables)
    assert.match(token.stdout, /^\S{40,}\n$/, token.stderr)
    await finish(["user", "promote", "echo"], cluster.variables)
    assert.match((await finish(["user", "list"], cluster.variables)).stdout, /^echo\t.*\tadmin$/m)
    assert.notInclude(await cluster.setUp(), "Admin link")
    assert.match((await finish(["backup", "/nowhere"], cluster.variables)).stderr, /pg_dump/)
  })

  it("tells open devices at once of an owner whom the command line made, with the broker away, too", async () => {
    const cluster = new Cluster(await addresses())
    try {
      await cluster.setUp()
      const [api, gateway] = await Promise.all(
        (["api", "gateway", "worker"] as const).map((role) => cluster.start(role))
      )
      if (api === undefined || gateway === undefined) return assert.fail("not started")
      const [ann, ben] = [await register(api.url, "ann"), await register(api.url, "ben")]
      const [group, other] = [await makeGroup(api.url, [ann, ben]), await makeGroup(api.url, [ann, ben])]
      const device = await openDevice(api.url, ben, [], gateway.url)
      try {
        await isLive(device)
        const roleIn = (conversation: ConversationId) =>
          device.client.conversations().find(({ conversationId }) => conversationId === conversation)?.role
        const give = async (conversation: ConversationId, variables: Readonly<Record<string, string>>) => {
          const { code, stderr, stdout } = await finish(["conversation", "owner", conversation, "ben"], variables)
          assert.deepStrictEqual([code, stdout], [0, "ben is an owner now.\n"], stderr)
          // Sooner than by the comparison with the store, which is made every five minutes.
          await waitFor("the device to show it", () => roleIn(conversation) === "owner", 60_000)
        }
        assert.strictEqual(roleIn(group), "member")
        await finish(["user", "disable", "ann"], cluster.variables)
        await give(group, cluster.variables)
        await give(other, { ...cluster.variables, HIBIKI_AMQP_URL: `amqp://guest:guest@127.0.0.1:${await freePort()}` })
      } finally {
        await device.close()
      }
    } finally {
      await cluster.stop()
    }
  })

  it("keeps the protocol, with sockets at three gateways and calls at two processes", async () => {
    const page = await freePort()
    const cluster = new Cluster(await addresses(), { ...roomyLimits, HIBIKI_ORIGINS: `http://127.0.0.1:${page}` })
    try {
      await cluster.setUp()
      await Promise.all([
        ...(["worker", "worker", "gateway", "gateway", "gateway", "api", "push"] as const).map((role) =>
          cluster.start(role)
        ),
        cluster.start("api", { port: page })
      ])
      const url = `http://127.0.0.1:${page}`
      useGateways(
        url,
        cluster.of("gateway").map((gateway) => gateway.url)
      )
      const report = await runSuite({ url, invite: undefined, prefix: undefined, log: () => undefined })
      assert.deepStrictEqual(
        report.groups.flatMap(({ failures, name }) => failures.map((failure) => [name, failure.case, failure.why])),
        []
      )
      assert.isAtLeast(report.cases, 850)
      for (const member of cluster.members) {
        const text = await (await fetch(`${member.url}/metrics`)).text()
        assert.include(text, "\n# TYPE hibiki_")
        assert.deepStrictEqual(expositionFaults(text, ourPrefixes), [], member.role)
      }
      const codes = await Promise.all(cluster.members.map((member) => cluster.end(member)))
      assert.deepStrictEqual(new Set(codes), new Set([0]))
    } finally {
      await cluster.stop()
    }
  }, 600_000)

  it("turns new sockets away at a gateway that is full, before any is opened, for a proxy to go to another", async () => {
    const cluster = new Cluster(await addresses())
    try {
      await cluster.setUp()
      const [api, gateway] = await Promise.all([
        cluster.start("api"),
        cluster.start("gateway", { variables: { HIBIKI_LIMIT_CONVERSATIONS: "1" } })
      ])
      const ann = await register(api.url, "ann")
      const { ticket } = await call<{ readonly ticket: string }>(api.url, "ticket.issue", {}, ann.accessToken)
      const hello = {
        op: "hello",
        version: 1,
        ticket,
        device: ann.deviceId,
        instance: randomUUID(),
        epoch: null,
        cursors: [],
        last: true
      }
      const first = await upgraded(gateway.url)
      assert.notTypeOf(first, "number")
      if (typeof first === "number") return
      first.send(JSON.stringify(hello))
      await once(first, "message")
      assert.strictEqual(await upgraded(gateway.url), 503)
      first.terminate()
      assert.match(
        await (await fetch(`${gateway.url}/metrics`)).text(),
        /^hibiki_http_refused_total\{.*reason="full".*\} 1$/m
      )
      const doctor = await finish(["doctor"], { ...cluster.variables, HIBIKI_PORT: new URL(gateway.url).port })
      assert.strictEqual(doctor.code, 0, doctor.stdout)
      assert.match(doctor.stdout, /^✓ Port +\d+ is in use by a running process of Hibiki$/m)
    } finally {
      await cluster.stop()
    }
  })

  it("ends its processes when another store stands in the place of theirs, for them to begin anew", async () => {
    const cluster = new Cluster(await addresses())
    try {
      await cluster.setUp()
      const members = await Promise.all((["api", "worker", "gateway"] as const).map((role) => cluster.start(role)))
      const timeouts = { connectionTimeoutMillis: 5_000, query_timeout: 5_000 }
      const database = new Client({ connectionString: cluster.variables["HIBIKI_DATABASE_URL"] ?? "", ...timeouts })
      await database.connect()
      await database.query("update store_meta set epoch = gen_random_uuid()")
      database.end(() => undefined)
      const codes = await Promise.all(members.map(({ exited }) => exited))
      assert.deepStrictEqual(codes, [1, 1, 1])
      for (const { stderr } of members) assert.match(stderr(), /The database was replaced while this process ran/)
    } finally {
      await cluster.stop()
    }
  })
})

/** The open socket, or the status in its place. */
const upgraded = (url: string): Promise<WebSocket | number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`)
    socket.once("open", () => resolve(socket))
    socket.once("unexpected-response", (_, { statusCode }) => resolve(statusCode ?? 0))
    socket.once("error", reject)
  })
