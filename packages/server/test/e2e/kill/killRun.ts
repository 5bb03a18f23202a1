/** Kills the server again and again while ten devices write, and compares what was written, what was read and what the log holds. */
import { type ChildProcess, fork } from "node:child_process"
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { PGlite } from "@electric-sql/pglite"
import { endServer, freePort, type RunningServer, startServer } from "../harness.ts"
import { type Account, call, register, signIn } from "./api.ts"
import { compare, type LogRow } from "./compare.ts"
import type { Populated, ReaderReport, WritersReport } from "./load.ts"

export interface KillOptions {
  readonly kills: number
  /** Load before each kill, in ms. */
  readonly loadMs: number
  /** Fewest commands handed over and not answered at the moment of a kill. */
  readonly openAtLeast: number
  /** Whether the clients are told that the server is there again, instead of finding out by their own back-off. */
  readonly hurry: boolean
  readonly log: (line: string) => void
}

export interface KillReport {
  readonly kills: number
  readonly openAtKill: ReadonlyArray<number>
  readonly sent: number
  readonly perSecond: number
  readonly events: number
  readonly readyAfterMs: ReadonlyArray<number>
  /** What must not happen, as sentences. */
  readonly violations: ReadonlyArray<string>
}

/** Wide enough for the load of a machine, where a person's limits would be in the way. */
const limits = {
  HIBIKI_REGISTRATION: "open",
  HIBIKI_LIMIT_SEND_PER_SECOND: "100000",
  HIBIKI_LIMIT_SEND_BURST: "100000",
  HIBIKI_LIMIT_FRAMES_PER_SECOND: "100000",
  HIBIKI_LIMIT_TICKET_PER_MINUTE: "100000",
  HIBIKI_LIMIT_REGISTER_PER_HOUR: "100000",
  HIBIKI_LOG_LEVEL: "error"
}

const users = 5
const devicesPerUser = 2
const readers = 3

export const killRun = async (options: KillOptions): Promise<KillReport> => {
  const folder = await mkdtemp(join(tmpdir(), "hibiki-kill-"))
  const port = await freePort()
  const start = () => startServer({ ...limits, HIBIKI_DATA: folder, HIBIKI_PORT: String(port) })
  const origin = `http://127.0.0.1:${port}`
  let server = await start()
  const children: Array<ChildProcess> = []
  try {
    const { accounts, conversations, devices } = await populate(origin)
    const reader = child("reader/main.ts", children)
    reader.send({ op: "read", origin: origin, accounts: accounts.slice(0, readers) })
    const writers = child("writers/main.ts", children)
    writers.send({ op: "write", origin: origin, devices, conversations })
    const openAtKill: Array<number> = []
    const readyAfterMs: Array<number> = []
    const startedAt = performance.now()
    let downMs = 0
    for (let kill = 1; kill <= options.kills; kill++) {
      const liveMs = await comeBack(writers)
      await new Promise((resolve) => setTimeout(resolve, options.loadMs))
      const open = await killUnderLoad(server, writers)
      const downAt = performance.now()
      server = await start()
      if (options.hurry) writers.send({ op: "hurry" })
      downMs += performance.now() - downAt
      openAtKill.push(open)
      readyAfterMs.push(Math.round(server.readyMs))
      options.log(
        `kill ${kill}: all live after ${Math.round(liveMs)} ms; ${open} sends open; ready again after ${Math.round(server.readyMs)} ms`
      )
    }
    options.log(`all live after ${Math.round(await comeBack(writers))} ms`)
    await new Promise((resolve) => setTimeout(resolve, options.loadMs))
    const seconds = (performance.now() - startedAt - downMs) / 1000
    const written = await ask<WritersReport>(writers, { op: "finish" })
    const read = await reachEnd(reader, origin, accounts, conversations)
    await endServer(server)
    const logs = await readLogs(folder, conversations)
    const violations = [
      ...read.violations,
      ...written.violations,
      ...openAtKill.flatMap((open, i) =>
        open < options.openAtLeast ? [`kill ${i + 1} found ${open} sends open, fewer than ${options.openAtLeast}`] : []
      ),
      ...compare(logs, written, read, conversations)
    ]
    const events = [...logs.values()].reduce((sum, log) => sum + log.length, 0)
    return {
      kills: options.kills,
      openAtKill,
      sent: written.sent.length,
      perSecond: Math.round(written.sent.length / seconds),
      events,
      readyAfterMs,
      violations
    }
  } finally {
    for (const process of children) process.kill("SIGKILL")
    await endServer(server, "SIGKILL")
    await rm(folder, { recursive: true, force: true })
  }
}

/** One group of all, and a group of each neighbouring pair: their locks overlap in every batch. */
const populate = async (origin: string): Promise<Populated> => {
  const accounts: Array<Account> = []
  for (let i = 0; i < users; i++) accounts.push(await register(origin, `user${i}`))
  const ids = accounts.map((account) => account.userId)
  const create = async (owner: Account, members: ReadonlyArray<string>) => {
    const made = await call<{ conversationId: string }>(
      origin,
      "conversation.create",
      { id: uuidV7(), kind: "group", title: "load", members },
      owner.accessToken
    )
    return { conversationId: made.conversationId, members: [owner.userId, ...members] }
  }
  const conversations = []
  for (const [i, owner] of accounts.entries()) {
    conversations.push(await create(owner, i === 0 ? ids.slice(1) : ids.filter((_, n) => n === (i + 1) % users)))
  }
  const devices = []
  for (const [i, account] of accounts.entries()) {
    for (let d = 0; d < devicesPerUser; d++) devices.push(d === 0 ? account : await signIn(origin, `user${i}`))
  }
  return { accounts, conversations, devices }
}

const uuidV7 = (): string => {
  const time = Date.now().toString(16).padStart(12, "0")
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

const child = (file: string, children: Array<ChildProcess>): ChildProcess => {
  const process = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: ["--conditions=source", "--import", "tsx"],
    stdio: ["ignore", "inherit", "inherit", "ipc"]
  })
  children.push(process)
  return process
}

const ask = async <A>(process: ChildProcess, message: { readonly op: string; readonly pid?: number }): Promise<A> => {
  const answer = once(process, "message")
  process.send(message)
  const [value] = await answer
  return value as A
}

/** Longer than a client's longest wait between two tries. */
const comeBackWithinMs = 60_000

/** Waits until all devices are live; how long that took (ms). */
const comeBack = async (writers: ChildProcess): Promise<number> => {
  const since = performance.now()
  const until = since + comeBackWithinMs
  while (!(await ask<boolean>(writers, { op: "live" }))) {
    if (performance.now() > until) throw new Error("The devices did not come back")
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return performance.now() - since
}

/** The writers kill it themselves, in the turn in which enough of a burst is on its way: how many sends had no answer then. */
const killUnderLoad = async (server: RunningServer, writers: ChildProcess): Promise<number> => {
  const open = await ask<number>(writers, { op: "burst", pid: server.process.pid ?? 0 })
  await server.exited
  return open
}

const reachWithinMs = 30_000

/** Waits until the readers hold every log to its head. */
const reachEnd = async (
  reader: ChildProcess,
  origin: string,
  accounts: ReadonlyArray<Account>,
  conversations: Populated["conversations"]
): Promise<ReaderReport> => {
  const until = performance.now() + reachWithinMs
  for (;;) {
    const report = await ask<ReaderReport>(reader, { op: "report" })
    let missing = 0
    for (const [i, account] of accounts.slice(0, readers).entries()) {
      for (const { conversationId, members } of conversations) {
        if (!members.includes(account.userId)) continue
        const { head } = await call<{ head: number }>(origin, "conversation.get", { conversationId }, account.accessToken)
        const last = report.logs[i]?.[conversationId]?.at(-1)?.[0] ?? 1
        missing += head - last
      }
    }
    if (missing === 0) return report
    if (performance.now() > until)
      return { ...report, violations: [...report.violations, `readers did not reach the heads: ${missing} events are missing`] }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The logs as the database has them. */
const readLogs = async (folder: string, conversations: Populated["conversations"]): Promise<ReadonlyMap<string, ReadonlyArray<LogRow>>> => {
  const database = await PGlite.create(join(folder, "pg"))
  try {
    const logs = new Map<string, ReadonlyArray<LogRow>>()
    for (const { conversationId } of conversations) {
      const { rows } = await database.query<LogRow>(
        "select seq::int as seq, id::text as id, device::text as device, kind from events where conversation_id = $1 order by seq",
        [conversationId]
      )
      logs.set(conversationId, rows)
    }
    return logs
  } finally {
    await database.close()
  }
}
