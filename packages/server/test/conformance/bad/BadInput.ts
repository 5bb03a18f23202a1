/**
 * A bad input as data, and what it must come to: a defined answer, nothing changed, and others as well off as before.
 */
import { begunEarly, type Case } from "../Case.ts"
import { type Api, exchange, expectError, type HttpRequest, readAnswer, type WireError } from "../client.ts"
import { expectSame, Mismatch, shown } from "../Mismatch.ts"
import { freshId } from "../Person.ts"
import { ProtocolSocket } from "../ProtocolSocket.ts"
import { exchangeRaw, type RawRequest } from "../raw/RawConnection.ts"
import { decide, probeHealth, type Stage } from "../Stage.ts"
import { StreamSocket } from "../StreamSocket.ts"

export type Sent =
  /** On a live socket of the member: a text, a binary message, or bytes past the WebSocket's framing. */
  | { readonly how: "text"; readonly text: string }
  | { readonly how: "binary"; readonly bytes: Uint8Array }
  | { readonly how: "raw"; readonly bytes: Uint8Array }
  /** The first text on a new socket. */
  | { readonly how: "first"; readonly text: string }
  | { readonly how: "http"; readonly request: HttpRequest }
  /** All that is said on a new connection. */
  | ({ readonly how: "connection" } & RawRequest)
  /** Texts on a new socket of streams, or one binary message. */
  | { readonly how: "stream"; readonly said: ReadonlyArray<string> | Uint8Array }

export type Outcome =
  | { readonly refused: string; readonly id: string }
  | { readonly closed: number }
  | { readonly status: number; readonly tag?: string; readonly code?: string; readonly field?: string }
  /**
   * Of a connection: the status, which is no error's; for an upgrade also the close code. `lacks`: a header that is not
   * answered.
   */
  | { readonly began: number; readonly closed?: number; readonly lacks?: string }
  /** Of streams: a stream's end by this error, or the socket's after a word, or that a ping is all that is answered. */
  | { readonly exit: WireError; readonly id: string }
  | { readonly defect: WireError }
  | { readonly streamClosed: number }
  | { readonly onlyPong: true }
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

/**
 * One that is answered by the end of somebody's patience. Others are served meanwhile: every case of the suite shows
 * it.
 */
export const slowInputCase = ({ name, tried }: BadInput): Case =>
  begunEarly({
    name,
    run: async (stage) => {
      const { outcome, sent } = typeof tried === "function" ? await tried(stage) : tried
      await attempt(stage, sent, outcome)
    }
  })

/** How many events there are where a bad input could make one, and the newest of the messages. */
const stateOf = async ({ api, direct, foreign, group, people: { member, owner, stranger } }: Stage) => {
  const page = async (conversationId: string, token: string) => {
    const { asOf, rows } = await api.value("history.page", { conversationId, limit: 5 }, token)
    return { asOf, rows }
  }
  const [ofGroup, ofDirect, ofForeign, members, owners] = await Promise.all([
    page(group, owner.token),
    page(direct, owner.token),
    page(foreign, stranger.token),
    personalOf(api, member.token),
    personalOf(api, owner.token)
  ])
  return { ofGroup, ofDirect, ofForeign, members, owners }
}

/** How long the personal log is, and what it comes to. */
const personalOf = async (api: Api, token: string) => {
  const { asOf, conversations } = await api.value("me.snapshot", {}, token)
  return { asOf, conversations: conversations.length }
}

const attempt = async (stage: Stage, sent: Sent, outcome: Outcome): Promise<void> => {
  if (sent.how === "http") return expectHttp(stage, sent.request, outcome)
  if (sent.how === "connection") return expectConnection(stage, sent, outcome)
  if (sent.how === "stream") return expectStream(stage, sent.said, outcome)
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
    const code = await socket.take("an answer", (frame) =>
      frame.op === "refused" && frame.id === outcome.id ? frame.code : undefined
    )
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
  const answers = socket.heard.filter(({ op }) => op !== "behind" && op !== "presence" && op !== "reads")
  expectSame("what else was said", [], answers)
}

const expectConnection = async ({ api }: Stage, request: RawRequest, outcome: Outcome): Promise<void> => {
  const { body, closeCode, ended, headers, status } = await exchangeRaw(api.origin, request)
  if (request.endsWithinMs !== undefined)
    expectSame(`the connection's end within ${request.endsWithinMs} ms`, true, ended)
  if ("began" in outcome) {
    expectSame("status and close code", [outcome.began, outcome.closed], [status, closeCode])
    if (outcome.lacks !== undefined) expectSame(outcome.lacks, undefined, headers.get(outcome.lacks))
  } else if ("status" in outcome) {
    const { code, field, status: expected, tag = "BadRequest" } = outcome
    const error = { _tag: tag, ...(code === undefined ? {} : { code }), ...(field === undefined ? {} : { field }) }
    expectError("the answer", readAnswer({ status, headers: {}, body }), expected, error)
  } else throw new Mismatch("an outcome of a connection", "a status", outcome)
}

const expectStream = async (
  { api }: Stage,
  said: ReadonlyArray<string> | Uint8Array,
  outcome: Outcome
): Promise<void> => {
  const socket = await StreamSocket.open(api.origin)
  try {
    if (said instanceof Uint8Array) socket.binary(said)
    else for (const text of said) socket.text(text)
    if ("exit" in outcome) expectSame("the error", outcome.exit, (await socket.start(outcome.id)).error)
    else if ("defect" in outcome) {
      expectSame(
        "the word",
        outcome.defect,
        await socket.take("a defect", (message) => (message._tag === "Defect" ? message.defect : undefined))
      )
      expectSame("the close", { code: 4400, reason: "bad_frame" }, await socket.closed())
    } else if ("streamClosed" in outcome)
      expectSame("the close code", outcome.streamClosed, (await socket.closed()).code)
    else if ("onlyPong" in outcome) {
      socket.send({ _tag: "Ping" })
      expectSame("the first word", { _tag: "Pong" }, await socket.take("a word", (message) => message))
    } else throw new Mismatch("an outcome of streams", "one of streams", outcome)
  } finally {
    socket.terminate()
  }
}
