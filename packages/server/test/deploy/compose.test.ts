/**
 * docker-compose.yml beside the program that it runs: settings, commands and secrets are those that there are. No
 * engine is needed.
 */
import { execFile } from "node:child_process"
import {
  appendFileSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { networkInterfaces, tmpdir } from "node:os"
import { basename, join, relative } from "node:path"
import { promisify } from "node:util"
import { Effect, Redacted } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { deployedFlags } from "../../bench/speed/subjects/deployedFlags.ts"
import { clusterOptions, clusterServices } from "../../src/cli/cluster/clusterOptions.ts"
import { loadSettings, unknownVariables, type Variables } from "../../src/cli/config/Environment.ts"
import { variableOf } from "../../src/cli/config/Setting.ts"
import { allSettings } from "../../src/cli/config/Settings.ts"
import { bindAllowed } from "../../src/cli/start/edges.ts"
import { nginxArguments } from "../cluster/edge/Nginx.ts"
import { finish, freePort, root, run, waitFor } from "../e2e/harness.ts"

// Plain JavaScript, so that it runs before anything is built.
const { makeSecrets }: { readonly makeSecrets: (top: string) => ReadonlyArray<string> } = await import(
  new URL("../../../../scripts/secrets.mjs", import.meta.url).href
)

/** What the program makes of the file. */
interface Composed {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly command: ReadonlyArray<string> | null
        readonly environment?: Readonly<Record<string, string>>
        readonly healthcheck?: object
        readonly image: string
        readonly mem_limit?: string
        readonly restart?: string
        readonly deploy?: { readonly replicas?: number }
        readonly stop_signal?: string
        readonly stop_grace_period?: string
        readonly secrets?: ReadonlyArray<{ readonly source: string; readonly target?: string }>
        readonly configs?: ReadonlyArray<{ readonly source: string; readonly target?: string }>
        readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
        readonly networks?: Readonly<Record<string, unknown>>
        readonly read_only?: boolean
        readonly cap_drop?: ReadonlyArray<string>
        readonly cap_add?: ReadonlyArray<string>
        readonly security_opt?: ReadonlyArray<string>
        readonly privileged?: boolean
        readonly user?: string
      }
    >
  >
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
  readonly configs?: Readonly<Record<string, { readonly file: string }>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>
}

const operations = readFileSync(join(root, "docs/reference/operations.md"), "utf8")
const nginxConf = readFileSync(join(root, "nginx.conf"), "utf8")

let top = ""
let composed: Composed
beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), "hibiki-compose-"))
  cpSync(join(root, "docker-compose.yml"), join(top, "docker-compose.yml"))
  makeSecrets(top)
  composed = JSON.parse((await compose(top)).stdout)
})
afterAll(() => rmSync(top, { recursive: true, force: true }))

/** Without what this machine's own environment says. */
const compose = (folder: string) =>
  promisify(execFile)("docker-compose", ["--project-directory", folder, "config", "--format", "json"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] }
  })

/** What comes of the file with these lines in `.env`. */
const composedWith = async (lines: ReadonlyArray<string>): Promise<Composed> => {
  const folder = mkdtempSync(join(tmpdir(), "hibiki-compose-"))
  try {
    cpSync(join(root, "docker-compose.yml"), join(folder, "docker-compose.yml"))
    makeSecrets(folder)
    appendFileSync(join(folder, ".env"), lines.map((line) => `${line}\n`).join(""))
    return JSON.parse((await compose(folder)).stdout)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const roles = (): ReadonlyArray<readonly [name: string, variables: Variables]> =>
  Object.entries(composed.services).flatMap(([name, { environment, image }]) =>
    image === "hibiki" ? [[name, environment ?? {}]] : []
  )

/** As a role finds them: the files of secrets lie elsewhere than in its container. */
const variablesOf = (name: string): Variables =>
  Object.fromEntries(
    Object.entries(roles().find(([role]) => role === name)?.[1] ?? {}).map(([variable, value]) => [
      variable,
      variable.endsWith("_FILE") ? composed.secrets[basename(String(value))]?.file : value
    ])
  )

describe("docker-compose.yml", () => {
  it("runs every role, by commands that there are", async () => {
    const { stdout } = await finish(["--help"], {})
    assert.sameMembers(
      roles().map(([name]) => name),
      ["setup", "api", "gateway", "worker", "push"]
    )
    for (const [name] of roles()) {
      const command = composed.services[name]?.command ?? []
      assert.deepStrictEqual(command, [name])
      assert.match(stdout, new RegExp(`^\\s+- ${name} `, "m"))
    }
  })

  it("sets what are settings, and lets every other setting be set", () => {
    for (const [name, variables] of roles()) {
      assert.deepStrictEqual(unknownVariables(variables), [], name)
      assert.isTrue(Object.keys(variables).some((variable) => variable.startsWith("HIBIKI_")))
    }
  })

  it("hands on each setting that stands in .env, to every role", async () => {
    const fixed = new Set(roles().flatMap(([, variables]) => Object.keys(variables)))
    const free = allSettings.map(variableOf).filter((name) => !fixed.has(name) && !fixed.has(`${name}_FILE`))
    assert.isAbove(free.length, 15)
    const { services } = await composedWith(free.map((name) => `${name}=from .env`))
    for (const [name] of roles())
      for (const variable of free)
        assert.strictEqual(services[name]?.environment?.[variable], "from .env", `${name} ${variable}`)
  })

  it("is reached at the port of this machine that is chosen, and by an address of one's own", async () => {
    const urlWith = async (...lines: ReadonlyArray<string>) =>
      (await composedWith(lines)).services["api"]?.environment?.["HIBIKI_PUBLIC_URL"]
    assert.strictEqual(await urlWith(), "http://localhost:8080")
    assert.strictEqual(await urlWith("EDGE_PORT=9000"), "http://localhost:9000")
    assert.strictEqual(
      await urlWith("EDGE_PORT=9000", "HIBIKI_PUBLIC_URL=https://chat.example.org"),
      "https://chat.example.org"
    )
  })

  it.each(["setup", "api", "gateway", "worker", "push"])("%s begins with these settings and secrets", async (role) => {
    const settings = await Effect.runPromise(loadSettings(variablesOf(role)))
    const services = await Effect.runPromise(clusterServices(settings))
    assert.include(Redacted.value(services.databaseUrl), "@postgres/hibiki")
    await Effect.runPromise(bindAllowed(clusterOptions(settings, services).http))
  })

  it("starts each part when what it needs is healthy, again when it ends, and within bounds", () => {
    for (const [name, { deploy, depends_on, healthcheck, mem_limit, restart }] of Object.entries(composed.services)) {
      assert.isDefined(mem_limit, name)
      assert.isDefined(healthcheck, name)
      assert.strictEqual(restart, name === "setup" ? "on-failure:5" : "unless-stopped")
      if (["api", "gateway", "worker"].includes(name)) {
        assert.strictEqual(deploy?.replicas, 2)
        assert.strictEqual(depends_on?.["setup"]?.condition, "service_completed_successfully")
      }
      for (const [other, { condition }] of Object.entries(depends_on ?? {}))
        assert.strictEqual(condition, other === "setup" ? "service_completed_successfully" : "service_healthy")
    }
  })

  it("runs as many processes of a role as .env says, at each `up` again", async () => {
    const { services } = await composedWith(["APIS=3", "GATEWAYS=4", "WORKERS=5", "PUSH_SERVERS=6"])
    const counts = ["api", "gateway", "worker", "push"].map((name) => services[name]?.deploy?.replicas)
    assert.deepStrictEqual(counts, [3, 4, 5, 6])
  })

  it("names in the manual what can be chosen beside settings, and nothing else", () => {
    const chosen = readFileSync(join(root, "docker-compose.yml"), "utf8").matchAll(/\$\{([A-Z_]+):-/g)
    const names = new Set([...chosen].map(([, name = ""]) => name).filter((name) => !/^(HIBIKI_|SECRETS$)/.test(name)))
    const [section = ""] = /^## Run with Docker Compose$.*?^## /ms.exec(operations) ?? []
    assert.sameMembers(
      [...new Set([...section.matchAll(/`([A-Z]+(?:_[A-Z]+)*)(?:=\w+)?`/g)].map(([, name = ""]) => name))].filter(
        (name) => !name.startsWith("HIBIKI_")
      ),
      [...names]
    )
  })

  it("gives nginx the time that it takes to end, by the signal that it gets", () => {
    const { stop_grace_period = "", stop_signal = "SIGQUIT" } = composed.services["nginx"] ?? {}
    // By SIGQUIT, which its image has, it waits for sockets.
    const [, minutes = ""] = /^worker_shutdown_timeout (\d+)m;$/m.exec(nginxConf) ?? []
    const longest = stop_signal === "SIGQUIT" ? Number(minutes) * 60 : 0
    assert.isAbove(Number(minutes), 0)
    assert.match(stop_grace_period, /^\d+s$/)
    assert.isBelow(longest, Number.parseInt(stop_grace_period, 10))
  })

  it("gives nginx memory for as many sockets as the gateways take", () => {
    const [, kilobytes = ""] = /a socket takes (\d+) KB of nginx/.exec(operations) ?? []
    const sockets =
      (composed.services["gateway"]?.deploy?.replicas ?? 0) *
      Number(allSettings.find(({ name }) => name === "LIMIT_CONNECTIONS")?.fallback)
    const workers = 16 * 20 * 2 ** 20
    assert.isAbove(sockets, 0)
    assert.isAtLeast(Number(composed.services["nginx"]?.mem_limit), sockets * Number(kilobytes) * 1024 + workers)
  })

  it("lets RabbitMQ make senders wait before it has all of its memory or of the disk", () => {
    const { configs, mem_limit } = composed.services["rabbitmq"] ?? {}
    const [{ source = "", target = "" } = {}] = configs ?? []
    assert.match(target, /^\/etc\/rabbitmq\/conf\.d\/[^/]+\.conf$/)
    // A text within the file could not be put into a container that writes nowhere.
    const conf = readFileSync(join(root, relative(top, composed.configs?.[source]?.file ?? "")), "utf8")
    const [, mebibytes] = /^vm_memory_high_watermark\.absolute = (\d+)MiB$/m.exec(conf) ?? []
    assert.isAtMost(Number(mebibytes) * 2 ** 20, 0.6 * Number(mem_limit))
    const [, gigabytes] = /^disk_free_limit\.absolute = (\d+)GB$/m.exec(conf) ?? []
    assert.isAtLeast(Number(gigabytes), 1)
  })

  it("lets no part write where it need not, or do more than its user may", () => {
    for (const [name, service] of Object.entries(composed.services)) {
      assert.isTrue(service.read_only, name)
      assert.deepStrictEqual(
        [service.cap_drop, service.cap_add, service.privileged],
        [["ALL"], undefined, undefined],
        name
      )
      assert.deepStrictEqual(service.security_opt, ["no-new-privileges:true"], name)
      // The images of Hibiki and its nginx say it themselves.
      assert.isTrue(service.image.startsWith("hibiki") || (service.user ?? "root") !== "root", name)
    }
  })

  it("lets Postgres, RabbitMQ and Redis be reached by the roles alone, and nginx reach none of them", () => {
    const networksOf = (name: string) => Object.keys(composed.services[name]?.networks ?? {})
    const sharing = (name: string) =>
      Object.keys(composed.services).filter(
        (other) => other !== name && networksOf(other).some((network) => networksOf(name).includes(network))
      )
    for (const name of ["postgres", "rabbitmq", "redis"]) {
      assert.sameMembers(sharing(name), ["setup", "api", "gateway", "worker", "push"], name)
      assert.deepStrictEqual(networksOf(name), [name])
      assert.isTrue(composed.networks[name]?.internal, name)
    }
    assert.sameMembers(sharing("nginx"), ["api", "gateway"])
    for (const [name] of roles()) assert.include(networksOf(name), "metrics")
    const outside = Object.keys(composed.services).filter((name) =>
      networksOf(name).some((network) => composed.networks[network]?.internal !== true)
    )
    assert.sameMembers(outside, ["nginx", "api", "gateway", "push"])
  })

  it("gives each part the secrets that it names, and no other", () => {
    const made = readdirSync(join(top, "secrets"))
    assert.sameMembers(
      Object.values(composed.secrets).map(({ file }) => basename(file)),
      made
    )
    for (const [name, variables] of roles()) {
      const named = Object.entries(variables).flatMap(([variable, value]) =>
        variable.endsWith("_FILE") ? [basename(String(value))] : []
      )
      const given = composed.services[name]?.secrets?.map(({ source }) => source)
      assert.sameMembers(named, [...(given ?? [])], name)
    }
  })

  it("says in one sentence what to do when there are no secrets", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hibiki-compose-"))
    try {
      cpSync(join(root, "docker-compose.yml"), join(folder, "docker-compose.yml"))
      const error = await compose(folder).then(
        () => assert.fail("it was taken"),
        (error: { readonly stderr: string }) => error
      )
      assert.include(error.stderr, "Run `npm run secrets` first")
      assert.notInclude(error.stderr.trim(), "\n")
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe("npm run secrets", () => {
  it("makes them once: what is there is the password of a database that has people in it", () => {
    const before = readdirSync(join(top, "secrets")).map((name) => readFileSync(join(top, "secrets", name), "utf8"))
    const env = readFileSync(join(top, ".env"), "utf8")
    assert.match(makeSecrets(top).join(" "), /stays as it is/)
    const after = readdirSync(join(top, "secrets")).map((name) => readFileSync(join(top, "secrets", name), "utf8"))
    assert.deepStrictEqual(after, before)
    assert.strictEqual(readFileSync(join(top, ".env"), "utf8"), env)
  })

  it("adds to a file of settings that is there, and lets nobody else into the folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "hibiki-secrets-"))
    try {
      writeFileSync(join(folder, ".env"), "HIBIKI_REGISTRATION=open")
      const umask = process.umask(0o077)
      makeSecrets(folder)
      process.umask(umask)
      assert.strictEqual(readFileSync(join(folder, ".env"), "utf8"), "HIBIKI_REGISTRATION=open\nSECRETS=./secrets\n")
      for (const name of readdirSync(join(folder, "secrets")))
        assert.strictEqual(statSync(join(folder, "secrets", name)).mode & 0o777, 0o644, name)
      assert.strictEqual(statSync(join(folder, "secrets")).mode & 0o777, 0o700)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe("the image", () => {
  const dockerfile = readFileSync(join(root, "deploy/docker/Dockerfile"), "utf8")
  it("copies files that there are, and installs with the rules of .npmrc", () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = ""]) => names.split(" "))
    for (const name of copied) assert.isTrue(existsSync(join(root, name)), name)
    assert.include(copied, ".npmrc")
    assert.isBelow(dockerfile.indexOf(".npmrc ./"), dockerfile.indexOf("npm ci"))
    const ignored = readFileSync(join(root, ".dockerignore"), "utf8").split("\n")
    for (const name of copied) assert.notInclude(ignored, name)
  })

  it("runs the embedded server as it stands, for any user, with its data in the volume", { timeout: 120_000 }, async ({
    skip
  }) => {
    const [, stage = ""] = dockerfile.split(/^FROM \S+ AS server$/m)
    const [server = ""] = stage.split(/^FROM /m)
    const variables = Object.fromEntries(
      [...server.matchAll(/(?<=^ENV .*)\b([A-Z_]+)=(\S+)/gm)].map(([, name = "", value = ""]) => [name, value])
    )
    assert.isTrue(variables["HIBIKI_DATA"]?.startsWith(`${/^VOLUME (\S+)$/m.exec(server)?.[1]}/`))
    const [entrypoint, command] = ["ENTRYPOINT", "CMD"].map(
      (name): ReadonlyArray<string> => JSON.parse(new RegExp(`^${name} (.*)$`, "m").exec(server)?.[1] ?? "[]")
    )
    const [, ...args] = [...(entrypoint ?? []), ...(command ?? [])]
    const volume = mkdtempSync(join(tmpdir(), "hibiki-volume-"))
    const user = process.getuid?.() === 0 ? 65_534 : undefined
    try {
      if (user !== undefined) chownSync(volume, user, user)
      if ((await finish(["--version"], {}, "", user)).code !== 0) skip("nobody can't read this checkout")
      const port = String(await freePort())
      const started = run(args, { ...variables, HIBIKI_DATA: join(volume, "hibiki"), HIBIKI_PORT: port }, user)
      try {
        await waitFor(
          "the server",
          () => started.stdout().includes("Ctrl-C stops") || started.process.exitCode !== null,
          110_000
        )
        assert.include(started.stdout(), `Admin link  ${variables["HIBIKI_PUBLIC_URL"]}/register#`, started.stderr())
        // From outside of its container: not over loopback alone.
        const [outside] = Object.values(networkInterfaces())
          .flatMap((all) => all ?? [])
          .filter(({ family, internal }) => family === "IPv4" && !internal)
        assert.strictEqual((await fetch(`http://${outside?.address ?? "127.0.0.1"}:${port}/health/ready`)).status, 200)
      } finally {
        started.process.kill("SIGTERM")
        assert.strictEqual(await started.exited, 0)
      }
    } finally {
      rmSync(volume, { recursive: true, force: true })
    }
  })
})

describe("nginx", () => {
  it("is started by the container and by the unit of systemd as by the tests of the edge", () => {
    const dockerfile = readFileSync(join(root, "deploy/docker/Dockerfile"), "utf8")
    const [entrypoint = "[]"] = /(?<=^ENTRYPOINT )\["nginx".*$/m.exec(dockerfile) ?? []
    assert.deepStrictEqual(JSON.parse(entrypoint), ["nginx", ...nginxArguments("/run/edge", "/srv/edge/nginx.conf")])
    const unit = readFileSync(join(root, "deploy/systemd/hibiki-edge.service"), "utf8")
    const command = ["/usr/sbin/nginx", ...nginxArguments("/run/hibiki-edge", "/etc/hibiki/edge/nginx.conf")].join(" ")
    assert.include(unit, `\nExecStart=${command}\n`)
    assert.include(unit, `\nExecReload=${command} -t -q\n`)
  })

  it("has every file in its image that its configuration includes", () => {
    const included = [...nginxConf.matchAll(/^ *include (\S+);$/gm)].map(([, name]) => name)
    const dockerfile = readFileSync(join(root, "deploy/docker/Dockerfile"), "utf8")
    const [copied = ""] = /(?<=^COPY ).*(?= \/srv\/edge\/$)/m.exec(dockerfile) ?? []
    assert.sameMembers(copied.split(" "), ["nginx.conf", ...included.map((name) => `deploy/nginx/${name}`)])
  })
})

describe("what node is told", () => {
  it("is the same in containers as in units of systemd, and what the bench measures", () => {
    const dockerfile = readFileSync(join(root, "deploy/docker/Dockerfile"), "utf8")
    const [line = "[]"] = /(?<=^ENTRYPOINT )\["node".*$/m.exec(dockerfile) ?? []
    const entrypoint: ReadonlyArray<string> = JSON.parse(line)
    assert.isAbove(deployedFlags().length, 0)
    assert.deepStrictEqual(entrypoint, ["node", ...deployedFlags(), "packages/server/bin/hibiki.js"])
  })

  it("is known to it: an option that it does not know ends it at once", async () => {
    await promisify(execFile)(process.execPath, [...deployedFlags(), "-e", "0"])
  })
})
