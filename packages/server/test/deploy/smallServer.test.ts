/**
 * The way of a small server, beside the files, units and settings that there are; its nginx is run as it stands, but
 * for the certificate.
 */
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { it as effectIt } from "@effect/vitest"
import { Effect } from "effect"
import { assert, describe, it } from "vitest"
import { loadSettings, unknownVariables, type Variables } from "../../src/cli/config/Environment.ts"
import { roleOptions } from "../../src/cli/config/roleOptions.ts"
import { bindAllowed } from "../../src/cli/start/edges.ts"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { nginxProgram } from "../cluster/edge/Nginx.ts"
import { endChildWithProcess } from "../e2e/endWithProcess.ts"
import { freePort, root, waitFor } from "../e2e/harness.ts"
import { call, edgeLayer, exchange, send } from "../http/edgeUnderTest.ts"

const read = (path: string) => readFileSync(join(root, path), "utf8")
const manual = read("docs/guide/small-server.md")
const site = read("deploy/nginx/small-server.conf")

describe("the way of a small server", () => {
  it("names files that there are, and no unit that is not copied", () => {
    const named = [...manual.matchAll(/deploy\/[\w./@-]+\w/g)].map(([path]) => path)
    assert.isAbove(named.length, 4)
    for (const path of named) assert.isTrue(existsSync(join(root, path)), path)
    const units = [
      ...manual.matchAll(/systemctl (?:enable --now|start|list-timers) ((?:hibiki[\w@.-]*(?: |$)?)+)/gm)
    ].flatMap(([, names = ""]) => names.trim().split(" "))
    for (const unit of units) {
      const file = `${unit.replace(/@chat$/, "@")}${/\.\w+$/.test(unit) ? "" : ".service"}`
      assert.include(manual, `deploy/systemd/${file}`, unit)
    }
  })

  it("has settings with which the server starts, and commands find its data", async () => {
    const files = [...manual.matchAll(/^# \/etc\/hibiki\/([\w-]+)\.env\n((?:(?!```).*\n)*)/gm)].map(
      ([, name = "", lines = ""]): readonly [string, Variables] => [
        name,
        Object.fromEntries(
          [...lines.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, variable = "", value]) => [variable, value])
        )
      ]
    )
    assert.deepStrictEqual(
      files.map(([name]) => name),
      ["hibiki", "chat"]
    )
    const { ROLE: role, ...variables }: Variables = Object.assign({}, ...files.map(([, each]) => each))
    assert.strictEqual(role, "start")
    assert.deepStrictEqual(unknownVariables(variables), [])
    const settings = await Effect.runPromise(loadSettings(variables))
    await Effect.runPromise(bindAllowed(roleOptions(settings).http))
    for (const proxy of [site, read("deploy/caddy/Caddyfile")])
      assert.include(proxy, `127.0.0.1:${settings.server.port}`)
  })

  it("backs up by the unit into the folder from which it is restored, and below the one that the server may write to", () => {
    const unit = read("deploy/systemd/hibiki-backup.service")
    const [, folder = ""] = /^ExecStart=.* backup "(\/var\/lib\/hibiki\/\w+)\/hibiki-/m.exec(unit) ?? []
    assert.include(unit, `find ${folder} `)
    assert.include(manual, `\`${folder}\``)
    for (const name of ["hibiki-backup.service", "hibiki@.service"]) {
      const text = read(`deploy/systemd/${name}`)
      assert.match(text, /^UMask=0077$/m)
      assert.match(text, /^StateDirectoryMode=0700$/m)
    }
  })

  effectIt.live(
    "has an nginx that says who asks, passes sockets on, and keeps what is for this machine",
    ({ skip }) => {
      const program = nginxProgram()
      if (program === undefined) return skip("there is no nginx here")
      let upgraded = 0
      const takeSocket = (_: unknown, socket: { readonly end: (text: string) => void }) => {
        upgraded++
        socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
      }
      return Effect.gen(function* () {
        const { port } = yield* HttpServer
        const front = yield* Effect.promise(freePort)
        yield* Effect.acquireRelease(
          Effect.promise(() => startSite(program, front, port)),
          (stop) => Effect.promise(stop)
        )
        for (const path of ["/metrics", "/health/live"])
          assert.strictEqual((yield* send(front, "GET", path)).status, 404)
        const signedIn = yield* call(
          front,
          "auth.signIn",
          { handle: "ada", password: "x", device: { name: "x", kind: "terminal" } },
          { "x-forwarded-for": "198.51.100.7" }
        )
        // The stub tells whom it takes for the caller.
        assert.include(signedIn.body, '"refreshToken":"127.0.0.1"')
        yield* exchange(
          front,
          "GET /ws HTTP/1.1\r\nHost: chat.example.org\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        assert.strictEqual(upgraded, 1)
      }).pipe(
        Effect.scoped,
        Effect.provide(edgeLayer({ trustedProxies: ["127.0.0.1"], takeSocket: takeSocket as never }))
      )
    }
  )
})

/** On one port of the loopback, in the clear. */
const startSite = async (program: string, front: number, behind: number): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), "hibiki-site-"))
  const [maps = "", , secure = ""] = site.split(/^server \{$/m)
  const listening = `${maps}server {${secure}`
    .replace("listen 443 ssl;", `listen 127.0.0.1:${front};`)
    .replace("listen [::]:443 ssl;", "")
    .replace(/^ *ssl_certificate.*$/gm, "")
    .replace("127.0.0.1:8080", `127.0.0.1:${behind}`)
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${name};`)
    .join("")
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; pid nginx.pid; events {} http { access_log off; ${temporary}\n${listening}\n}`
  )
  const nginx = spawn(program, ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], {
    stdio: ["ignore", "ignore", "inherit"]
  })
  endChildWithProcess(nginx)
  const ended = new Promise<void>((resolve) => nginx.once("exit", () => resolve()))
  const stop = async () => {
    nginx.kill("SIGTERM")
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  await waitFor("nginx", () =>
    fetch(`http://127.0.0.1:${front}/metrics`).then(
      () => true,
      () => nginx.exitCode !== null
    )
  )
  return stop
}
