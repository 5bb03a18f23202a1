/**
 * The cluster that is broken: every process reaches each service over a link of its own, and clients reach gateways
 * over one front, and api processes over another.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { Client } from "pg"
import { limits } from "../../e2e/kill/KilledServer.ts"
import { rabbitctl } from "../../live/privateRabbit.ts"
import { addressesOf, Cluster, type Member, type Role, type Services } from "../Cluster.ts"
import { emptyDatabase } from "../emptyDatabase.ts"
import { pushLogs } from "../pushes/pushLines.ts"
import { Front } from "./network/Front.ts"
import { Link } from "./network/Link.ts"
import { type Counters, readCounters } from "./readCounters.ts"

export type Service = "postgres" | "rabbit" | "redis"
export const services: ReadonlyArray<Service> = ["postgres", "rabbit", "redis"]

export interface Node extends Member {
  readonly role: Role
  readonly links: Readonly<Record<Service, Link>>
}

const variableOf = { postgres: "HIBIKI_DATABASE_URL", rabbit: "HIBIKI_AMQP_URL", redis: "HIBIKI_REDIS_URL" } as const

const settings = {
  ...limits,
  HIBIKI_LOG_LEVEL: "warning",
  HIBIKI_LIMIT_SIGN_IN_PER_MINUTE: "100000",
  HIBIKI_LIMIT_SIGN_IN_PER_MINUTE_ADDRESS: "100000"
}

const taker = "taker"
const takersOfConnections = 8
const takeEveryMs = 20
const cutEveryMs = 200
const cutAllOthers = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name <> '${taker}'`

export interface StageOptions {
  /** A folder for what each process prints. */
  readonly logs?: string | undefined
  /** The program of another version, which everything begins with. */
  readonly before?: string | undefined
}

export class Stage {
  readonly services: Services
  readonly #cluster: Cluster
  readonly databaseUrl: string
  readonly front: Front
  /** Where calls go. */
  readonly calls: Front
  nodes: ReadonlyArray<Node> = []

  private constructor(started: Services, cluster: Cluster, databaseUrl: string, front: Front, calls: Front) {
    this.services = started
    this.#cluster = cluster
    this.databaseUrl = databaseUrl
    this.front = front
    this.calls = calls
  }

  static async open(
    started: Services,
    parts: Readonly<Partial<Record<Role, number>>>,
    { before, logs }: StageOptions = {}
  ): Promise<Stage> {
    const databaseUrl = await emptyDatabase(started.postgres.url)
    const cluster = new Cluster({ ...addressesOf(started), databaseUrl }, settings, logs)
    await cluster.setUp(before)
    let stage: Stage | undefined
    const inFrontOf = (role: Role) => Front.open(() => stage?.of(role) ?? [])
    const [front, calls] = [await inFrontOf("gateway"), await inFrontOf("api")]
    stage = new Stage(started, cluster, databaseUrl, front, calls)
    const roles = (["worker", "gateway", "api", "push"] as const).flatMap((role) =>
      Array.from({ length: parts[role] ?? 0 }, () => role)
    )
    await Promise.all(roles.map((role) => stage.start(role, before === undefined ? undefined : [before, role])))
    await Promise.all([front.look(), calls.look()])
    return stage
  }

  /** What the built version needs, beside whatever runs. */
  setUp(): Promise<string> {
    return this.#cluster.setUp()
  }

  /** Where the broker is, past all links. */
  get amqpUrl(): string {
    return this.#cluster.variables[variableOf.rabbit] ?? ""
  }

  /**
   * What an operator does about a broken broker: `setup`, and what it says to type. Gives the options that were needed.
   */
  async mendByHand(): Promise<ReadonlyArray<string>> {
    const [option] = /--remake-down/.exec(await this.#cluster.setUp()) ?? []
    if (option === undefined) return []
    await this.#cluster.setUp(undefined, option)
    return [option]
  }

  of(role: Role): ReadonlyArray<Node> {
    return this.nodes.filter((node) => node.role === role)
  }

  /** Of which counters are asked. */
  get api(): Node {
    const [api] = this.of("api")
    if (api === undefined) throw new Error("there is no api")
    return api
  }

  /** Another process, over links of its own. `program`: another than the built one, with its arguments. */
  async start(role: Role, program?: ReadonlyArray<string>): Promise<Node> {
    const [postgres, rabbit, redis] = await Promise.all(services.map((service) => this.#link(role, service)))
    if (postgres === undefined || rabbit === undefined || redis === undefined) throw new Error("a link is missing")
    const links = { postgres, rabbit, redis }
    const urls = Object.fromEntries(
      services.map((service) => [variableOf[service], this.#through(service, links[service])])
    )
    // What it says is what it sends.
    const variables = role === "push" ? { ...urls, ...pushLogs } : urls
    const node: Node = { ...(await this.#cluster.start(role, { variables, program })), role, links }
    this.nodes = [...this.nodes, node]
    return node
  }

  /** Ends one, and gives its exit code; undefined: a signal ended it. */
  async end(node: Node, signal: NodeJS.Signals): Promise<number | null> {
    const code = await this.#cluster.end(node, signal)
    await this.forget(node)
    return code
  }

  /** One that has ended by itself. */
  async forget(node: Node): Promise<void> {
    this.nodes = this.nodes.filter((other) => other !== node)
    this.#cluster.members = this.#cluster.members.filter(({ name }) => name !== node.name)
    await Promise.all(services.map((service) => node.links[service].close()))
  }

  counters(node: Node): Promise<Counters> {
    return readCounters(node.url)
  }

  /** Runs a statement past all links. */
  async query<Row extends object>(sql: string, values: ReadonlyArray<unknown> = []): Promise<ReadonlyArray<Row>> {
    const client = await this.#connect()
    try {
      const answer = (await client.query(sql, [...values])) as { readonly rows: ReadonlyArray<Row> }
      return answer.rows
    } finally {
      client.end(() => undefined)
    }
  }

  /** Runs a statement in a transaction that stays open until `wait` is done. */
  async holding(sql: string, values: ReadonlyArray<unknown>, wait: () => Promise<unknown>): Promise<void> {
    const client = await this.#connect()
    try {
      await client.query("begin")
      await client.query(sql, [...values])
      await wait()
      await client.query("commit")
    } finally {
      client.end(() => undefined)
    }
  }

  /** Every connection that Postgres gives is held by others, and those of Hibiki are cut, while `wait` is under way. */
  async withoutConnections(wait: () => Promise<unknown>): Promise<void> {
    const taken: Array<Client> = []
    let isOver = false
    const take = async (): Promise<void> => {
      while (!isOver) {
        const client = await this.#connect(taker).catch(() => undefined)
        if (client === undefined) await sleep(takeEveryMs)
        else taken.push(client)
      }
    }
    const own = await this.#connect(taker)
    const takers = Array.from({ length: takersOfConnections }, take)
    try {
      const cut = setInterval(() => {
        // One that is cut off itself fails, and tries again.
        Promise.resolve(own.query(cutAllOthers)).catch(() => undefined)
      }, cutEveryMs)
      await wait().finally(() => clearInterval(cut))
    } finally {
      isOver = true
      await Promise.all(takers)
      for (const client of [own, ...taken]) client.end(() => undefined)
    }
  }

  rabbitctl(...args: ReadonlyArray<string>): Promise<string> {
    return rabbitctl(this.services.rabbit.address, ...args)
  }

  /** Services are their starter's to stop. */
  async stop(): Promise<void> {
    await this.#cluster.stop()
    for (const node of this.nodes) await Promise.all(services.map((service) => node.links[service].close()))
    await Promise.all([this.front.close(), this.calls.close()])
  }

  async #connect(name = "nemesis"): Promise<Client> {
    const client = new Client({
      connectionString: `${this.databaseUrl}?application_name=${name}`,
      connectionTimeoutMillis: 10_000,
      query_timeout: 60_000
    })
    // An end that nobody asked for fails the query that is under way.
    client.on("error", () => undefined)
    await client.connect()
    return client
  }

  #link(role: Role, service: Service): Promise<Link> {
    const port = Number(new URL(this.#cluster.variables[variableOf[service]] ?? "").port)
    return Link.open(`${role} to ${service}`, () => [port])
  }

  #through(service: Service, { port }: Link): string {
    const url = new URL(this.#cluster.variables[variableOf[service]] ?? "")
    url.port = `${port}`
    return url.href
  }
}
