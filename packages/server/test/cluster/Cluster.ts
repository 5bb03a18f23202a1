/**
 * A whole cluster of this machine's own: private RabbitMQ, Redis and Postgres, and processes of the built program, each
 * on a port of its own.
 */
import { createWriteStream, mkdirSync } from "node:fs"
import { join } from "node:path"
import { bin, endServer, freePort, run, type Started, waitFor } from "../e2e/harness.ts"
import { type PrivatePostgres, startPrivatePostgres } from "../live/privatePostgres.ts"
import {
  type PrivateRabbit,
  type RabbitAddress,
  type RabbitOptions,
  startPrivateRabbit,
  takeVhost
} from "../live/privateRabbit.ts"
import { type PrivateRedis, startPrivateRedis } from "../live/redis/privateRedis.ts"

export type Role = "api" | "gateway" | "worker" | "push"

export interface Services {
  readonly postgres: PrivatePostgres
  readonly rabbit: PrivateRabbit
  readonly redis: PrivateRedis
  readonly stop: () => Promise<void>
}

/** Where the services of a cluster are, of which each cluster has a part of its own. */
export interface Addresses {
  /** Of a database that nobody else uses. */
  readonly databaseUrl: string
  readonly rabbit: RabbitAddress
  readonly redisUrl: string
}

export const addressesOf = ({ postgres, rabbit, redis }: Services): Addresses => ({
  databaseUrl: postgres.url,
  rabbit: rabbit.address,
  redisUrl: redis.url
})

/** The first process of each service. */
export const serviceProcesses = ({ postgres, rabbit, redis }: Services) => ({
  postgres: postgres.pid(),
  rabbitmq: rabbit.pid(),
  redis: redis.pid()
})

/** All at once; what did not start is said for each. `rabbitOptions`: how the broker is started. */
export const startServices = async (rabbitOptions: RabbitOptions = {}): Promise<Services> => {
  const started = await Promise.allSettled([
    startPrivatePostgres(),
    startPrivateRabbit(rabbitOptions),
    startPrivateRedis()
  ])
  const stop = async () => {
    await Promise.all(started.map((service) => (service.status === "fulfilled" ? service.value.stop() : undefined)))
  }
  const [postgres, rabbit, redis] = started
  if (postgres.status === "rejected" || rabbit.status === "rejected" || redis.status === "rejected") {
    await stop()
    throw new AggregateError(started.flatMap((service) => (service.status === "rejected" ? [service.reason] : [])))
  }
  return { postgres: postgres.value, rabbit: rabbit.value, redis: redis.value, stop }
}

export interface Member extends Started {
  readonly role: Role | "all"
  readonly name: string
  readonly url: string
  readonly variables: Readonly<Record<string, string>>
}

export interface StartOptions {
  /** Of one that ran before. */
  readonly port?: number | undefined
  /** What this process alone is told. */
  readonly variables?: Readonly<Record<string, string>> | undefined
  /** Another program than the built one, with its arguments. */
  readonly program?: ReadonlyArray<string> | undefined
}

const readyWithinMs = 240_000

export class Cluster {
  /** What every process is told. */
  readonly variables: Readonly<Record<string, string>>
  readonly #logs: string | undefined
  #started = 0
  members: ReadonlyArray<Member> = []

  /** `logs`: a folder for what each process prints. */
  constructor(
    { databaseUrl, rabbit, redisUrl }: Addresses,
    settings: Readonly<Record<string, string>> = {},
    logs?: string
  ) {
    this.variables = {
      HIBIKI_DATABASE_URL: databaseUrl,
      HIBIKI_AMQP_URL: takeVhost(rabbit),
      HIBIKI_REDIS_URL: redisUrl,
      HIBIKI_SECRET_KEY: "a key that only private clusters have",
      HIBIKI_REGISTRATION: "open",
      ...settings
    }
    this.#logs = logs
    if (logs !== undefined) mkdirSync(logs, { recursive: true })
  }

  /** `program`: another version's than the built one. */
  async setUp(program = bin, ...options: ReadonlyArray<string>): Promise<string> {
    const { exited, stderr, stdout } = run([program, "setup", ...options], this.variables)
    const code = await exited
    if (code !== 0) throw new Error(`hibiki setup ended with ${code}: ${stderr()}`)
    return stdout()
  }

  /** Done when it says that it is ready. */
  async start(role: Role | "all", { port, program, variables: own }: StartOptions = {}): Promise<Member> {
    const variables = { ...this.variables, ...own, HIBIKI_PORT: `${port ?? (await freePort())}` }
    const name = `${role}-${++this.#started}`
    const started = run(program ?? [bin, role === "all" ? "start" : role], variables)
    let code: number | null | undefined
    void started.exited.then((exit) => {
      code = exit
    })
    if (this.#logs !== undefined) {
      const log = createWriteStream(join(this.#logs, `${name}.log`))
      started.process.stdout?.pipe(log, { end: false })
      started.process.stderr?.pipe(log, { end: false })
    }
    await waitFor(
      `${name} to be ready`,
      () => {
        if (code !== undefined) throw new Error(`${name} ended with ${code}: ${started.stderr()}`)
        return /^Ready after |"message":"Ready after /m.test(started.stdout())
      },
      readyWithinMs
    )
    const member: Member = { ...started, role, name, variables, url: `http://127.0.0.1:${variables.HIBIKI_PORT}` }
    this.members = [...this.members, member]
    return member
  }

  of(role: Role | "all"): ReadonlyArray<Member> {
    return this.members.filter((member) => member.role === role)
  }

  /** Ends one and forgets it; gives its exit code. */
  async end(member: Member, signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.members = this.members.filter((other) => other !== member)
    return endServer(member, signal)
  }

  /** All processes, those that hold sockets first. Services are their starter's to stop. */
  async stop(): Promise<void> {
    for (const role of ["gateway", "all", "api", "worker", "push"] as const)
      await Promise.all(this.of(role).map((member) => this.end(member)))
  }
}
