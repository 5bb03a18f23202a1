/** Where nginx's access log goes, that it still goes there after a reload, and what it says of a process that fails. */
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { freePort, waitFor } from "../../e2e/harness.ts"
import { type NginxOptions, startNginx, type Upstreams } from "./Nginx.ts"
import { ask, exchange } from "./plainHttp.ts"
import { startRaw } from "./stubProcesses.ts"

let page = ""
beforeAll(() => {
  page = mkdtempSync(join(tmpdir(), "hibiki-page-"))
  writeFileSync(join(page, "index.html"), "<!doctype html>")
})
afterAll(() => rmSync(page, { recursive: true, force: true }))

/** Waits for the line of this path, and reads it. */
const lineOf = async (path: string, log: () => string): Promise<Readonly<Record<string, unknown>>> =>
  JSON.parse(await waitFor(`the line of ${path}`, () => new RegExp(`\\{"at".*"path":"${path}",.*\\}`).exec(log())?.[0]))

/** What is logged before and after a reload. */
const reloaded = async (options: NginxOptions, journal?: () => string) => {
  const away = `http://127.0.0.1:${await freePort()}`
  const nginx = await startNginx({ api: [away], gateways: [away] }, { page, ...options })
  try {
    await ask(nginx.port, "GET", "/before?canary-in-a-query")
    await lineOf("/before", journal ?? nginx.log)
    await nginx.reload({ api: [away], gateways: [away] })
    await ask(nginx.port, "GET", "/after?canary-in-a-query")
    const line = await lineOf("/after", journal ?? nginx.log)
    assert.deepInclude(line, { from: "127.0.0.1", method: "GET", status: 404 })
    assert.notInclude(nginx.log() + (journal?.() ?? ""), "canary")
  } finally {
    await nginx.stop()
  }
}

/** A call to this process, as it is logged. */
const logged = async (api: Upstreams["api"], options: NginxOptions = {}) => {
  const nginx = await startNginx({ api, gateways: api }, { page, ...options })
  try {
    await ask(nginx.port, "POST", "/rpc", { body: "{}" })
    return await lineOf("/rpc", nginx.log)
  } finally {
    await nginx.stop()
  }
}

describe("the edge's log", () => {
  it("goes where the output goes, after a reload too", () => reloaded({}))

  it("goes to the journal under systemd, where the output is a socket, after a reload too", async () => {
    const journal = createSocket("udp4")
    const said: Array<string> = []
    journal.on("message", (line) => said.push(`${line}`))
    journal.bind(0, "127.0.0.1")
    await once(journal, "listening")
    try {
      await reloaded({ journalPort: journal.address().port }, () => said.join("\n"))
      assert.match(said[0] ?? "", /^<190>.* hibiki_edge: \{/)
    } finally {
      journal.close()
    }
  })

  it("says of a path what comes before anything that no address holds, which a terminal could obey", async () => {
    const away = `http://127.0.0.1:${await freePort()}`
    const nginx = await startNginx({ api: [away], gateways: [away] }, { page })
    try {
      await exchange(nginx.port, "GET /before\u009b2Jmore HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      await ask(nginx.port, "GET", "/after")
      await lineOf("/after", nginx.log)
      assert.notInclude(nginx.log(), "\u009b")
      await lineOf("/before", nginx.log)
    } finally {
      await nginx.stop()
    }
  })

  it("quotes no request where a body is too large, at no address", async () => {
    const away = `http://127.0.0.1:${await freePort()}`
    const nginx = await startNginx({ api: [away], gateways: [away] }, { page })
    try {
      const refused = async (path: string) => {
        const length = "Content-Length: 1000000\r\nConnection: close\r\n\r\n"
        assert.include(await exchange(nginx.port, `POST ${path}?canary HTTP/1.1\r\nHost: x\r\n${length}`), " 413 ")
        await lineOf(path, nginx.log)
      }
      await Promise.all(["/", "/rpc", "/api/v1/x", "/assets/x.js", "/nowhere"].map(refused))
      assert.notInclude(nginx.log(), "canary")
    } finally {
      await nginx.stop()
    }
  })

  it("says which process failed, and whether it could not be reached or hung up", async () => {
    const [hangsUp, away] = [await startRaw("hangs up"), `127.0.0.1:${await freePort()}`]
    try {
      assert.deepInclude(await logged([`http://${away}`]), { status: 503, to: away, answered: "502", connected: "-" })
      const line = await logged([hangsUp.url])
      assert.deepInclude(line, { method: "POST", status: 503, to: new URL(hangsUp.url).host, answered: "502" })
      assert.match(String(line["connected"]), /^\d/)
    } finally {
      await hangsUp.stop()
    }
  })
})
