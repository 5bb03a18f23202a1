import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { HelpDoc } from "@effect/cli"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { scopeOf } from "../../src/cli/config/commandSettings.ts"
import { loadSettings, unknownVariables } from "../../src/cli/config/Environment.ts"
import { variableOf } from "../../src/cli/config/Setting.ts"
import { allSettings } from "../../src/cli/config/Settings.ts"
import { settingsDoc } from "../../src/cli/config/settingsDoc.ts"
import { makePeerReader } from "../../src/http/PeerAddress.ts"

const temporaryFile = (content: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "hibiki-settings-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
    ),
    (folder) => {
      writeFileSync(join(folder, "value"), content)
      return join(folder, "value")
    }
  )

describe("Settings", () => {
  it.effect("have defaults, so that an empty environment is enough", () =>
    Effect.gen(function* () {
      const settings = yield* loadSettings({})
      assert.strictEqual(settings.server.port, 8080)
      assert.strictEqual(settings.server.host, "127.0.0.1")
      assert.strictEqual(settings.services.amqpUrl, undefined)
    })
  )

  it.effect("each default as the help shows it is what an empty environment gives", () =>
    Effect.gen(function* () {
      const plain = allSettings.filter((docs) => !docs.fallback.startsWith("("))
      assert.isAbove(plain.length, 10)
      const written = yield* loadSettings(Object.fromEntries(plain.map((docs) => [variableOf(docs), docs.fallback])))
      assert.deepStrictEqual(written, yield* loadSettings({}))
    })
  )

  it("are all in the help, with default and meaning", () => {
    const help = HelpDoc.toAnsiText(settingsDoc())
    for (const docs of allSettings) {
      assert.include(help, `${variableOf(docs)}  [${docs.fallback}]`)
      assert.include(help, docs.meaning)
    }
  })

  it("are in the help of a command as far as it reads them", () => {
    const listed = (...words: ReadonlyArray<string>) => {
      const help = HelpDoc.toAnsiText(settingsDoc(scopeOf(words)))
      return allSettings.map(variableOf).filter((name) => help.includes(`  ${name}  [`))
    }
    const all = allSettings.map(variableOf)
    assert.include(all, "OTEL_EXPORTER_OTLP_ENDPOINT")
    const services = ["DATABASE_URL", "AMQP_URL", "REDIS_URL", "SECRET_KEY", "PARTITIONS"].map(
      (name) => `HIBIKI_${name}`
    )
    assert.deepStrictEqual(listed("chat"), ["HIBIKI_PORT", "HIBIKI_SERVER", "HIBIKI_STATE"])
    assert.deepStrictEqual(listed("user", "list"), ["HIBIKI_DATA", ...services])
    assert.deepStrictEqual(listed("push", "why"), ["HIBIKI_DATA", ...services])
    assert.deepStrictEqual(listed("dead-letters", "drop"), services)
    const isClient = (name: string) => ["HIBIKI_SERVER", "HIBIKI_STATE"].includes(name)
    assert.deepStrictEqual(
      listed("start"),
      all.filter((name) => !isClient(name))
    )
    for (const name of ["api", "gateway", "worker", "push"])
      assert.deepStrictEqual(
        listed(name, "--help"),
        all.filter((other) => !isClient(other) && other !== "HIBIKI_DATA")
      )
    assert.deepStrictEqual([listed("doctor"), listed(), listed("frob"), listed("constructor")], [all, all, all, all])
    assert.deepStrictEqual(settingsDoc(scopeOf(["push", "keys"])), HelpDoc.empty)
  })

  it.effect("an empty variable counts as not set", () =>
    Effect.map(loadSettings({ HIBIKI_PORT: "" }), (settings) => assert.strictEqual(settings.server.port, 8080))
  )

  it.scoped("come from a file that HIBIKI_X_FILE names, without its last line end", () =>
    Effect.gen(function* () {
      const settings = yield* loadSettings({ HIBIKI_AMQP_URL_FILE: yield* temporaryFile("amqp://h:p@host\n") })
      assert.strictEqual(settings.services.amqpUrl && Redacted.value(settings.services.amqpUrl), "amqp://h:p@host")
    })
  )

  it.scoped("a secret does not show when settings are printed", () =>
    Effect.gen(function* () {
      const settings = yield* loadSettings({ HIBIKI_AMQP_URL: "amqp://h:canary@host" })
      assert.notInclude(JSON.stringify(settings), "canary")
      assert.include(JSON.stringify(settings), "<redacted>")
    })
  )

  const refuses = (name: string, variables: Record<string, string>, sentence: string) =>
    it.effect(`${name} is refused in one sentence that names it`, () =>
      Effect.gen(function* () {
        const problem = yield* Effect.flip(loadSettings(variables))
        assert.strictEqual(problem.sentence, sentence)
        assert.strictEqual(problem.exitCode, 78)
      })
    )
  refuses(
    "a port that is no number",
    { HIBIKI_PORT: "abc" },
    'HIBIKI_PORT must be a whole number from 0 to 65535, and is "abc".'
  )
  refuses(
    "a port that is too high",
    { HIBIKI_PORT: "65536" },
    'HIBIKI_PORT must be a whole number from 0 to 65535, and is "65536".'
  )
  refuses(
    "an unknown choice",
    { HIBIKI_REGISTRATION: "all" },
    'HIBIKI_REGISTRATION must be open or invite or closed, and is "all".'
  )
  refuses(
    "a public address with a path",
    { HIBIKI_PUBLIC_URL: "https://a.example/x" },
    'HIBIKI_PUBLIC_URL must be an address such as https://chat.example.org, and is "https://a.example/x".'
  )
  for (const given of ["nginx", "10.0.0.0/33", "10.0.0.1/", "10.0.0.1/8/8", "fe80::1%eth0", "::/129", "10.0.0.5,proxy"])
    refuses(
      `${given} as a trusted proxy`,
      { HIBIKI_TRUSTED_PROXIES: given },
      `HIBIKI_TRUSTED_PROXIES must be addresses or ranges such as 10.0.0.5 or 10.0.0.0/8, and is "${given}".`
    )
  it.effect("proxies are taken by address and by range", () =>
    Effect.gen(function* () {
      const { server } = yield* loadSettings({ HIBIKI_TRUSTED_PROXIES: "10.0.0.5, 172.16.0.0/12,,fd00::/8 ,::1" })
      assert.deepStrictEqual(server.trustedProxies, ["10.0.0.5", "172.16.0.0/12", "fd00::/8", "::1"])
      // What the reader of peers takes.
      makePeerReader(server.trustedProxies, false)
    })
  )
  refuses(
    "a file that is not there",
    { HIBIKI_PORT_FILE: "/nowhere/port" },
    "HIBIKI_PORT_FILE names a file that can't be read: /nowhere/port"
  )
  refuses(
    "a value given twice",
    { HIBIKI_PORT: "1", HIBIKI_PORT_FILE: "/x" },
    "HIBIKI_PORT and HIBIKI_PORT_FILE are both set: keep one of them."
  )

  it.effect("no value makes a sentence of more than one line or 190 characters", () =>
    Effect.gen(function* () {
      const problem = yield* Effect.flip(loadSettings({ HIBIKI_PORT: `a\nb\u001b[31m${"x".repeat(1000)}` }))
      assert.isAtMost([...problem.sentence].length, 190)
      assert.notMatch(problem.sentence, /\p{Cc}/u)
    })
  )

  it("unknown variables that look like settings are named", () => {
    assert.deepStrictEqual(unknownVariables({ HIBIKI_PROT: "1", HIBIKI_PORT: "1", HIBIKI_PORT_FILE: "x", PATH: "/" }), [
      "HIBIKI_PROT"
    ])
  })

  it("nothing outside the config folder reads the environment", () => {
    const source = new URL("../../src/", import.meta.url).pathname
    const readers = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
      (file) =>
        file.endsWith(".ts") &&
        /process\.env|\bConfig\.(string|integer|redacted|boolean|number)\(/.test(
          readFileSync(join(source, file), "utf8")
        )
    )
    assert.deepStrictEqual(readers.sort(), ["cli/config/Environment.ts", "cli/config/Setting.ts"])
  })
})
