import { execFileSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { commandSettings } from "../../src/cli/config/commandSettings.ts"
import { variableOf } from "../../src/cli/config/Setting.ts"
import { allSettings } from "../../src/cli/config/Settings.ts"
import { expositionFaults, ourPrefixes } from "../http/exposition.ts"
import {
  endServer,
  finish,
  freePort,
  hibiki,
  type RunningServer,
  startServer,
  temporaryFolder,
  waitFor
} from "./harness.ts"

const folder = temporaryFolder()
const data = join(folder.path, "data")
let variables: Record<string, string> = {}

beforeAll(async () => {
  variables = { HIBIKI_DATA: data, HIBIKI_PORT: String(await freePort()) }
})
afterAll(() => folder.remove())

/** One line, at most 200 characters, exit code 78. */
const assertRefused = (
  result: { readonly code: number | null; readonly stderr: string },
  ...wanted: ReadonlyArray<string>
) => {
  const lines = result.stderr.split("\n").filter((line) => line !== "")
  assert.strictEqual(lines.length, 1, result.stderr)
  assert.isAtMost([...(lines[0] ?? "")].length, 200)
  for (const each of wanted) assert.include(lines[0], each)
  assert.strictEqual(result.code, 78)
}

/** The epoch of the store behind a server, as one of its accounts is told it. */
const epochAt = async (port: string): Promise<string> => {
  const call = async (tag: string, payload: object, token?: string) => {
    const headers = {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
    }
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${tag}`, {
      method: "POST",
      headers,
      body: JSON.stringify(payload)
    })
    assert.strictEqual(response.status, 200, tag)
    const { value }: { readonly value: { readonly accessToken: string; readonly epoch: string } } = JSON.parse(
      await response.text()
    )
    return value
  }
  const { accessToken } = await call("auth.signIn", {
    handle: "person1",
    password: "a bench password",
    device: { name: "test", kind: "terminal" }
  })
  return (await call("me.snapshot", {}, accessToken)).epoch
}

describe("the first start", () => {
  let server: RunningServer | undefined
  let seeded: ReturnType<typeof finish> | undefined
  let promoted: ReturnType<typeof finish> | undefined
  /**
   * Each test brings about what it needs and is not so yet, so that it can be run alone, and all of them share one
   * server.
   */
  const running = async (): Promise<RunningServer> => {
    // As anybody starts it.
    server ??= await startServer(variables, [])
    return server
  }
  const seed = async () => {
    await running()
    seeded ??= finish(["seed", "--users", "2", "--prefix", "person", "--password", "a bench password"], variables)
    return await seeded
  }
  const promote = async () => {
    await seed()
    promoted ??= finish(["user", "promote", "person1"], variables)
    return await promoted
  }
  const end = async (): Promise<number | null | undefined> => {
    const ending = server
    server = undefined
    return ending === undefined ? undefined : endServer(ending)
  }
  afterAll(end)

  it("says what it does, then prints the address and the one-time admin link", async () => {
    const since = performance.now()
    const started = hibiki(["start"], variables)
    await waitFor("a progress line", () => started.stdout().includes("Creating the database"))
    assert.isBelow(performance.now() - since, 15_000)
    await waitFor("the server to be ready", () => started.stdout().includes("Ctrl-C stops"))
    const origin = `http://127.0.0.1:${variables["HIBIKI_PORT"]}`
    assert.match(started.stdout(), new RegExp(`Admin link {2}${origin}/register#invite=[\\w-]{40,}`))
    assert.include(started.stdout(), `Address     ${origin}`)
    assert.include(started.stdout(), `Data folder: ${data} (HIBIKI_DATA), new`)
    assert.strictEqual((await fetch(`${origin}/health/ready`)).status, 200)
    assert.strictEqual(await endServer(started), 0)
  })

  it("a later one is quick, and only its owner can read the folder", async () => {
    if (!existsSync(data)) await running()
    await end()
    const { readyMs } = await running()
    // Three seconds where nothing else runs; here other work does.
    assert.isBelow(readyMs, 20_000)
    assert.strictEqual(statSync(data).mode & 0o077, 0)
    assert.strictEqual(statSync(join(data, "admin.json")).mode & 0o077, 0)
  })

  it("shows metrics that Prometheus can read without a warning", async () => {
    await seed()
    const answer = await fetch(`http://127.0.0.1:${variables["HIBIKI_PORT"]}/metrics`)
    const text = await answer.text()
    assert.include(text, "\n# TYPE hibiki_")
    assert.deepStrictEqual(expositionFaults(text, ourPrefixes), [])
  })

  it("a second process on the same folder is refused, and the first goes on", async () => {
    const { process: first } = await running()
    assertRefused(await finish(["start"], { ...variables, HIBIKI_PORT: "0" }), "HIBIKI_DATA", String(first.pid))
    assert.strictEqual((await fetch(`http://127.0.0.1:${variables["HIBIKI_PORT"]}/health/ready`)).status, 200)
  })

  it("a taken port is refused before anything is made, and its holder goes on", async () => {
    await running()
    const other = join(folder.path, "other")
    assertRefused(await finish(["start"], { ...variables, HIBIKI_DATA: other }), "HIBIKI_PORT")
    assert.isFalse(existsSync(other))
    assert.strictEqual((await fetch(`http://127.0.0.1:${variables["HIBIKI_PORT"]}/health/live`)).status, 200)
  })

  it("starting twice in the same place says what is really so", async () => {
    await running()
    assertRefused(await finish(["start"], variables), "runs already", "HIBIKI_DATA and HIBIKI_PORT")
  })

  it("the running server answers the command line, which can't open the folder itself", async () => {
    assert.match((await seed()).stdout, /2 accounts made/)
    assert.match((await promote()).stdout, /administrator/)
    assert.match((await finish(["user", "list"], variables)).stdout, /^person1\t.*\tadmin$/m)
    const unknown = await finish(["user", "disable", "nobody"], variables)
    assert.strictEqual(unknown.code, 1)
    assert.include(unknown.stderr, "There is no account of this handle")
    const nowhere = await finish(["conversation", "owner", randomUUID(), "person1"], variables)
    assert.strictEqual(nowhere.code, 1)
    assert.include(nowhere.stderr, "There is no such conversation, or this account is not in it.")
    const doctor = await finish(["doctor"], variables)
    assert.strictEqual(doctor.code, 0)
    assert.match(doctor.stdout, /✓ Port +\d+ is in use by a running server/)
    assert.match(
      doctor.stdout,
      /\nAll is well: a server runs already with this folder, and answers\. A second one .* would be refused\.\n$/
    )
    assert.notInclude(doctor.stdout, "can start")
    const other = await finish(["doctor"], { ...variables, HIBIKI_PORT: String(await freePort()) })
    assert.match(other.stdout, /✓ Port +\d+ on \S+ is free\nAll is well: a server runs already with this folder/)
  })

  it("once there is an administrator, no admin link is printed", async () => {
    await promote()
    assert.strictEqual(await end(), 0)
    assert.strictEqual((await running()).link, undefined)
  })

  it("a backup of the running server opens elsewhere, as another epoch with the same accounts", async () => {
    await seed()
    const file = join(folder.path, "backup.tar.gz")
    const made = await finish(["backup", file], variables)
    assert.strictEqual(made.code, 0, made.stderr)
    assert.strictEqual(statSync(file).mode & 0o077, 0)
    assert.strictEqual((await finish(["backup", file], variables)).code, 1, "an existing file is left alone")
    const restored = join(folder.path, "restored")
    mkdirSync(restored)
    execFileSync("tar", ["-xzf", file, "-C", restored])
    assert.isTrue(existsSync(join(restored, "restored")))
    assert.match((await finish(["user", "list"], { ...variables, HIBIKI_DATA: restored })).stdout, /^person2\t/m)
    assert.isFalse(existsSync(join(restored, "restored")), "the mark is used up")
    const port = String(await freePort())
    const other = await startServer({ ...variables, HIBIKI_DATA: restored, HIBIKI_PORT: port })
    try {
      assert.notStrictEqual(await epochAt(port), await epochAt(variables["HIBIKI_PORT"] ?? ""))
    } finally {
      await endServer(other)
    }
  })

  it("SIGTERM ends it with 0 within 20 s, and leaves the folder free", async () => {
    await seed()
    const ending = await running()
    const since = performance.now()
    assert.strictEqual(await end(), 0)
    assert.isBelow(performance.now() - since, 20_000)
    assert.include(ending.stdout(), "Stopping")
    assert.deepStrictEqual(
      readdirSync(data).filter((name) => name.startsWith("lock.") || name === "admin.json"),
      []
    )
    assert.match((await finish(["user", "list"], variables)).stdout, /^person1\t/m)
  })

  it("a folder of a newer version is refused", async () => {
    const newer = join(folder.path, "newer")
    mkdirSync(join(newer, "pg"), { recursive: true, mode: 0o700 })
    writeFileSync(join(newer, "pg", "PG_VERSION"), "99\n")
    assertRefused(await finish(["start"], { ...variables, HIBIKI_DATA: newer }), "HIBIKI_DATA", "newer")
  })
})

/** All paths in and under a folder that another user of this machine may use. */
const openUnder = (path: string): ReadonlyArray<string> => {
  const found = statSync(path)
  const below = found.isDirectory() ? readdirSync(path).flatMap((name) => openUnder(join(path, name))) : []
  return (found.mode & 0o077) === 0 ? below : [path, ...below]
}

describe("a folder that other users could use", () => {
  it("is closed by the start, under a umask of 022, with all that commands write", async () => {
    const open = join(folder.path, "open")
    const umask = process.umask(0o022)
    try {
      mkdirSync(join(open, "left"), { recursive: true })
      writeFileSync(join(open, "left", "note"), "")
      const settings = { HIBIKI_DATA: open, HIBIKI_PORT: String(await freePort()) }
      const before = await finish(["doctor"], settings)
      assert.match(before.stdout, /! Folder +\S+open is open to other users of this machine \(mode 755\)/)
      const server = await startServer(settings)
      try {
        assert.deepStrictEqual(openUnder(open), [])
        assert.include(server.stderr(), `The folder ${open} was open to other users of this machine (mode 755).`)
        const file = join(folder.path, "open.tar.gz")
        assert.strictEqual((await finish(["backup", file], settings)).code, 0)
        assert.deepStrictEqual(openUnder(file), [])
      } finally {
        await endServer(server)
      }
      const lines = join(folder.path, "open.jsonl")
      assert.strictEqual((await finish(["export", lines], settings)).code, 0)
      assert.deepStrictEqual(openUnder(lines), [])
      assert.deepStrictEqual(openUnder(open), [])
      assert.match((await finish(["doctor"], settings)).stdout, /✓ Folder +\S+open, closed to other users/)
    } finally {
      process.umask(umask)
    }
  })

  it("is refused where another user owns it, and nothing is made in it", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("only root can give a folder away")
    const given = join(folder.path, "given")
    mkdirSync(given)
    chownSync(given, 65_534, 65_534)
    const settings = { ...variables, HIBIKI_PORT: "0", HIBIKI_DATA: given }
    assertRefused(await finish(["start"], settings), "Another user owns", "HIBIKI_DATA")
    assert.match((await finish(["doctor"], settings)).stdout, /✗ Folder +Another user owns/)
    assert.deepStrictEqual(readdirSync(given), [])
  })
})

describe("a start that can't be", () => {
  it("a path that is no folder is refused", async () => {
    const file = join(folder.path, "file")
    writeFileSync(file, "")
    assertRefused(
      await finish(["start"], { ...variables, HIBIKI_PORT: "0", HIBIKI_DATA: join(file, "data") }),
      "HIBIKI_DATA"
    )
  })

  it("a folder that can't be written to is refused", async ({ skip }) => {
    const closed = join(folder.path, "closed")
    mkdirSync(closed)
    chmodSync(closed, 0o555)
    // Root may write anywhere, so that it becomes nobody for this.
    chmodSync(folder.path, 0o755)
    const nobody = process.getuid?.() === 0 ? 65_534 : undefined
    if ((await finish(["--version"], {}, "", nobody)).code !== 0) skip("nobody can't read this checkout")
    assertRefused(
      await finish(["start"], { ...variables, HIBIKI_PORT: "0", HIBIKI_DATA: closed }, "", nobody),
      "HIBIKI_DATA",
      "EACCES"
    )
  })

  it("some service URLs, or all of them, are refused", async () => {
    assertRefused(
      await finish(["start"], { ...variables, HIBIKI_AMQP_URL: "amqp://localhost" }),
      "HIBIKI_DATABASE_URL",
      "HIBIKI_REDIS_URL"
    )
    const all = {
      HIBIKI_AMQP_URL: "amqp://u:canary@h",
      HIBIKI_REDIS_URL: "redis://h",
      HIBIKI_DATABASE_URL: "postgres://h"
    }
    const result = await finish(["start"], { ...variables, ...all })
    assertRefused(result, "cluster")
    assert.notInclude(result.stderr, "canary")
  })

  it("other addresses than loopback are refused without TLS", async () => {
    assertRefused(
      await finish(["start"], { ...variables, HIBIKI_HOST: "0.0.0.0" }),
      "HIBIKI_PUBLIC_URL",
      "HIBIKI_INSECURE_HTTP"
    )
    assertRefused(
      await finish(["start"], { ...variables, HIBIKI_HOST: "192.0.2.1", HIBIKI_INSECURE_HTTP: "true" }),
      "HIBIKI_HOST"
    )
  })

  it("a setting that can't be is refused", async () => {
    assertRefused(await finish(["start"], { ...variables, HIBIKI_PORT: "many" }), "HIBIKI_PORT")
  })

  it("a port held by another program is refused", async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve))
    const address = holder.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    assertRefused(await finish(["start"], { ...variables, HIBIKI_PORT: String(port) }), "HIBIKI_PORT", String(port))
    holder.close()
  })
})

describe("the command line", () => {
  it("lists every setting in its help, and in a command's those that it reads", async () => {
    const help = async (...words: ReadonlyArray<string>) => {
      const { code, stdout } = await finish([...words, "--help"], {})
      assert.strictEqual(code, 0)
      assert.notInclude(stdout, "\u001b", "no colours where no terminal is")
      return stdout
    }
    const whole = await help()
    for (const docs of allSettings) assert.include(whole, variableOf(docs))
    const names = [...whole.matchAll(/^ +- ([a-z-]+) /gm)].flatMap(([, name]) => (name === undefined ? [] : [name]))
    assert.includeMembers(Object.keys(commandSettings), names, "each command says what it reads")
    assert.include(names, "dead-letters")
    const users = await help("user", "list")
    assert.include(users, "List all accounts.")
    assert.include(users, "HIBIKI_DATABASE_URL")
    for (const other of ["HIBIKI_PORT", "HIBIKI_LIMIT_", "HIBIKI_STATE"]) assert.notInclude(users, other)
    assert.notInclude(await help("push", "keys"), "SETTINGS")
    const pages = [["chat"], ["seed"], ["export"], ["token", "create"], ["push", "why"], ["dead-letters", "drop"]]
    assert.match(whole, /^USAGE\n\n\$ hibiki$/m)
    assert.match(await help("user"), /^USAGE\n\n\$ hibiki user$/m)
    for (const words of pages) {
      const page = await help(...words)
      assert.match(page, new RegExp(`^USAGE\\n\\n\\$ hibiki ${words.join(" ")}\\b`, "m"), "the whole command")
      // An argument's or option's line is followed by what it is, and by nothing of the library's.
      for (const [, described] of page.matchAll(/^(?:<\S+>(?:\.\.\.)?|--\S+(?: \S+)?)\n\n(.*)$/gm))
        assert.match(described ?? "", /^ {2}\S.{10,}$/, words.join(" "))
      assert.notMatch(page, /user-defined|true or false value|An integer\./, words.join(" "))
    }
  })

  it("tells its version", async () => {
    assert.match((await finish(["--version"], {})).stdout, /^\d+\.\d+\.\d+\n$/)
  })

  it("an unknown command is refused with 64", async () => {
    assert.strictEqual((await finish(["frob"], {})).code, 64)
  })
})
