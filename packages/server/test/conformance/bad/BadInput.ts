/** A bad input as data, and what it must come to: a defined answer, nothing changed, and others as well off as before. */
import { connect as connectPlain } from "node:net"
import { connect as connectTls } from "node:tls"
import type { Case } from "../Case.ts"
import { exchange, expectError, type HttpRequest, readAnswer } from "../client.ts"
import { expectSame, Mismatch, shown } from "../Mismatch.ts"
import { freshId } from "../Person.ts"
import { ProtocolSocket } from "../ProtocolSocket.ts"
import { decide, probeHealth, type Stage } from "../Stage.ts"

export type Sent =
  /** On a live socket of the member: a text, a binary message, or bytes past the WebSocket's framing. */
  | { readonly how: "text"; readonly text: string }
  | { readonly how: "binary"; readonly bytes: Uint8Array }
  | { readonly how: "raw"; readonly bytes: Uint8Array }
  /** The first text on a new socket. */
  | { readonly how: "first"; readonly text: string }
  | { readonly how: "http"; readonly request: HttpRequest }
  /** All that is said on a new connection. */
  | { readonly how: "connection"; readonly bytes: string }

export type Outcome =
  | { readonly refused: string; readonly id: string }
  | { readonly closed: number }
  | { readonly status: number; readonly tag?: string; readonly code?: string; readonly field?: string }
  /** A frame of this op that says this. */
  | { readonly frame: Readonly<Record<string, unknown>> }
  /** Nothing is said, and the socket lives on. */
  | { readonly silent: true }

export interface Tried {
  readonly sent: Sent
  readonly outcome: Outcome
}

export interface BadInput {
  readonly name: string
  /** What is prepared here may change something; what is sent may not. */
  readonly tried: Tried | ((stage: Stage) => Tried | Promise<Tried>)
}

export const badInputCase = ({ name, tried }: BadInput): Case => ({
  name,
  run: async (stage) => {
    const { outcome, sent } = typeof tried === "function" ? await tried(stage) : tried
    const before = await stateOf(stage)
    await attempt(stage, sent, outcome)
    expectSame("nothing has changed", before, await stateOf(stage))
    await probeHealth(stage)
  }
})

/** The conversations that a bad input could reach, as their members read them. */
const stateOf = async ({ api, direct, foreign, group, people: { member, owner, stranger } }: Stage) => {
  const page = async (conversationId: string, token: string) => {
    const { asOf, rows } = await api.value("history.page", { conversationId, limit: 200 }, token)
    return { asOf, rows }
  }
  return {
    group: await page(group, owner.token),
    direct: await page(direct, owner.token),
    foreign: await page(foreign, stranger.token),
    conversations: (await api.value("me.snapshot", {}, member.token)).conversations.length
  }
}

const attempt = async (stage: Stage, sent: Sent, outcome: Outcome): Promise<void> => {
  if (sent.how === "http") return expectHttp(stage, sent.request, outcome)
  if (sent.how === "connection") return expectStatusLine(await said(stage.api.origin, sent.bytes), outcome)
  const socket = sent.how === "first" ? await ProtocolSocket.open(stage.api.origin) : await stage.people.member.open()
  try {
    if (sent.how === "binary") socket.binary(sent.bytes)
    else if (sent.how === "raw") socket.raw(sent.bytes)
    else socket.text(sent.text)
    await expectOnSocket(socket, outcome)
  } finally {
    socket.terminate()
  }
}

const expectHttp = async ({ api }: Stage, request: HttpRequest, outcome: Outcome): Promise<void> => {
  if (!("status" in outcome)) throw new Mismatch("an outcome of a request", "a status", outcome)
  const { code, field, status, tag = "BadRequest" } = outcome
  const expected = { _tag: tag, ...(code === undefined ? {} : { code }), ...(field === undefined ? {} : { field }) }
  expectError("the answer", readAnswer(await exchange(api.origin, request)), status, expected)
}

const expectOnSocket = async (socket: ProtocolSocket, outcome: Outcome): Promise<void> => {
  if ("closed" in outcome) expectSame("the close code", outcome.closed, (await socket.closed()).code)
  else if ("refused" in outcome) {
    const code = await socket.take("an answer", (frame) => (frame.op === "refused" && frame.id === outcome.id ? frame.code : undefined))
    expectSame("the code", outcome.refused, code)
  } else if ("frame" in outcome) {
    const wanted = Object.entries(outcome.frame)
    await socket.take(`a frame with ${shown(outcome.frame)}`, (frame) => {
      const fields = new Map<string, unknown>(Object.entries(frame))
      return wanted.every(([name, value]) => fields.get(name) === value) ? true : undefined
    })
  } else await expectSilence(socket)
}

/** A command goes further than anything that is done at once, so its answer comes last. */
export const expectSilence = async (socket: ProtocolSocket): Promise<void> => {
  const { code } = await decide(socket, { op: "delete", id: freshId(), conversationId: freshId(), target: 1 })
  expectSame("the answer to the next command", "not_found", code)
  const answers = socket.heard.filter(({ op }) => op !== "behind" && op !== "presence")
  expectSame("what else was said", [], answers)
}

const expectStatusLine = (answer: string, outcome: Outcome): void => {
  if (!("status" in outcome)) throw new Mismatch("an outcome of a connection", "a status", outcome)
  expectSame("the status line", `HTTP/1.1 ${outcome.status}`, answer.slice(0, 12))
}

/** What is answered to these bytes until the server closes, or has said enough. */
const said = (origin: string, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port, protocol } = new URL(origin)
    const secure = protocol === "https:"
    const place = { host: hostname, port: Number(port || (secure ? 443 : 80)) }
    const socket = secure ? connectTls({ ...place, servername: hostname }) : connectPlain(place)
    let heard = ""
    const finish = () => {
      socket.destroy()
      resolve(heard)
    }
    socket.setTimeout(5_000, finish)
    socket.on("error", reject)
    socket.on("close", finish)
    socket.on("data", (chunk: Uint8Array) => {
      heard += Buffer.from(chunk).toString("latin1")
      if (heard.includes("\r\n\r\n")) finish()
    })
    socket.write(bytes)
  })
