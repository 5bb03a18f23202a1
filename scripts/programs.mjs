// The programs some tests need that npm can't bring: found where they are, installed on Debian as root, else named. Run
// by itself: all of them.
import { execFileSync, spawnSync } from "node:child_process"
import { accessSync, constants, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"

const debianPostgres = "/usr/lib/postgresql"
const createCluster = "/etc/postgresql-common/createcluster.d"

const programs = {
  postgres: {
    names: ["initdb", "postgres", "pg_isready"],
    // Debian keeps the server's programs out of PATH, by version.
    folders: () =>
      existsSync(debianPostgres)
        ? readdirSync(debianPostgres).map((version) => join(debianPostgres, version, "bin"))
        : [],
    packages: ["postgresql"],
    advice: "install the server programs of Postgres 15 or newer (initdb, postgres, pg_isready) and put them in PATH"
  },
  rabbitmq: {
    names: ["rabbitmq-server", "rabbitmqctl"],
    // Debian's in PATH are for root and the service's own user alone.
    folders: () => ["/usr/lib/rabbitmq/bin"],
    packages: ["rabbitmq-server"],
    advice: "install the server programs of RabbitMQ 4.0 or newer (rabbitmq-server, rabbitmqctl) and put them in PATH"
  },
  redis: {
    names: ["redis-server"],
    folders: () => [],
    packages: ["redis-server"],
    advice: "install the server of Redis 6.2 or newer (redis-server) and put it in PATH"
  },
  nginx: {
    names: ["nginx"],
    // Debian keeps it out of the PATH of people.
    folders: () => ["/usr/sbin"],
    packages: ["nginx"],
    advice: "install nginx 1.26 or newer and put it in PATH"
  },
  compose: {
    names: ["docker-compose"],
    folders: () => [],
    packages: ["docker-compose"],
    advice: "install docker-compose 2.20 or newer and put it in PATH (a Docker engine is not needed)"
  },
  tmux: { names: ["tmux"], folders: () => [], packages: ["tmux"], advice: "install tmux" },
  promtool: {
    names: ["promtool"],
    folders: () => [],
    packages: ["prometheus"],
    advice: "install Prometheus 2.45 or newer and put promtool in PATH"
  },
  prometheus: {
    names: ["prometheus", "promtool"],
    folders: () => [],
    packages: ["prometheus"],
    advice: "install Prometheus 2.45 or newer and put prometheus in PATH"
  },
  chromium: {
    names: ["chromium"],
    folders: () => [],
    // A bare Debian has no Japanese letters: widths and line breaks would be those of empty boxes.
    packages: ["chromium", "fonts-noto-cjk"],
    // The same engine without a browser around it. Tests use it where it is, and take longer where it is not.
    better: ["chromium-headless-shell"],
    advice: "install Chromium and put a program named chromium in PATH"
  },
  firefox: {
    // Debian's; others name it in HIBIKI_TEST_FIREFOX for the test itself.
    names: ["firefox-esr"],
    folders: () => [],
    packages: ["firefox-esr"],
    advice: "install Firefox ESR and put a program named firefox-esr in PATH"
  }
}

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const isThere = ({ folders, names }) =>
  [...folders(), ...(process.env.PATH ?? "").split(delimiter)].some((folder) =>
    names.every((name) => isExecutable(join(folder, name)))
  )

const isDebianRoot = () =>
  process.getuid?.() === 0 && existsSync("/etc/debian_version") && spawnSync("apt-get", ["--version"]).status === 0

/**
 * Writes a file that was not there for the time of an action. One that was there already says what its owner wants, and
 * stays.
 */
const withFile = (path, content, mode, action) => {
  if (existsSync(path)) return action()
  writeFileSync(path, content, { mode })
  try {
    return action()
  } finally {
    rmSync(path, { force: true })
  }
}

/** Only the programs: no service of the package starts, and no cluster is made for one. */
const installQuietly = (packages, better) => {
  mkdirSync(createCluster, { recursive: true })
  const apt = (...args) =>
    execFileSync("apt-get", ["-qq", "-o", "Dpkg::Use-Pty=0", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024
    })
  withFile("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755, () =>
    withFile(join(createCluster, "hibiki-tests.conf"), "create_main_cluster = false\n", 0o644, () => {
      apt("update")
      const install = (...names) => apt("install", "-y", "--no-install-recommends", ...names)
      install(...packages)
      try {
        if (better.length > 0) install(...better)
      } catch {
        // An older Debian has none.
      }
    })
  )
}

/** Which of the programs can't be had, after trying; says on stderr what was done and what is left to do. */
export const missingPrograms = (wanted) => {
  const missing = () => wanted.filter((name) => !isThere(programs[name]))
  const absent = missing()
  if (absent.length === 0) return absent
  if (isDebianRoot()) {
    const packages = absent.flatMap((name) => programs[name].packages)
    console.error(`installing by apt, for the tests: ${packages.join(", ")} (no service is started)`)
    try {
      installQuietly(
        packages,
        absent.flatMap((name) => programs[name].better ?? [])
      )
    } catch (error) {
      console.error(
        `apt-get failed: ${String(error.stderr ?? error)
          .trim()
          .split("\n")
          .slice(-3)
          .join("\n")}`
      )
    }
  }
  const left = missing()
  for (const name of left) console.error(`${name} is missing: ${programs[name].advice}`)
  return left
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  missingPrograms(Object.keys(programs))
