/** Mutants of calls: as bodies of `/api/v1`, as envelopes of `/rpc`, and as messages of `/rpc/ws`. */
import type { Agent } from "node:http"
import { Limits } from "@hibiki/core/domain/Limits"
import { parseJson } from "@hibiki/core/protocol/Json"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Either } from "effect"
import { makeStrictRpc } from "../../../src/http/StrictRpc.ts"
import { type Answer, type Api, agentFor, exchange, type HttpAnswer, readAnswer, type WireError } from "../client.ts"
import { expectSame, Mismatch } from "../Mismatch.ts"
import { type StreamMessage, StreamSocket } from "../StreamSocket.ts"
import { eachMutant, type Lane, type Mutant } from "./Mutant.ts"

/** `Unavailable` would be a failure inside: nothing that is away here is. */
const expectDefined = (error: WireError | undefined): void => {
  if (error?._tag === "Unavailable") throw new Mismatch("an answer", "one that the input explains", error)
}

const wordOf = (error: WireError | undefined): string =>
  error === undefined ? "done" : [error._tag, error.code ?? ""].join(" ").trim()
const tooLarge = "cut for its size"

const post = async (
  api: Api,
  agent: Agent,
  path: string,
  text: string,
  token: string | undefined
): Promise<HttpAnswer | undefined> => {
  const headers = {
    "content-type": "application/json",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
  }
  try {
    return await exchange(api.origin, { method: "POST", path, headers, body: text }, agent)
  } catch (error) {
    // What is too large is not read to its end, so the answer can be lost with the connection.
    if (error instanceof Mismatch || Buffer.byteLength(text) <= Limits.frameBytes) throw error
    return undefined
  }
}

const httpLane = (
  name: string,
  workers: number,
  api: Api,
  make: (n: number) => Mutant,
  attempt: (agent: Agent, mutant: Mutant) => Promise<string>
): Lane => ({
  name,
  workers,
  make,
  run: async (feed) => {
    const agent = agentFor(api.origin)
    await eachMutant(feed, (mutant) => attempt(agent, mutant))
    agent.destroy()
  }
})

export const bodyLane = (
  api: Api,
  make: (n: number) => Mutant,
  tokenFor: (tag: string, n: number) => string | undefined
): Lane =>
  httpLane("bodies", 4, api, make, async (agent, { n, tag = "", text }) => {
    const answered = await post(api, agent, `/api/v1/${tag}`, text, tokenFor(tag, n))
    if (answered === undefined) return tooLarge
    const answer: Answer = readAnswer(answered)
    expectDefined(answer.error)
    api.keepSecrets(answer)
    if (text !== "" && parseJson(text) === undefined) expectSame("what is no JSON", "BadRequest", answer.error?._tag)
    return wordOf(answer.error)
  })

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** The error in what `/rpc` answers with 200. */
const exitError = (body: string): WireError | undefined => {
  const answer = parseJson(body)
  const message: unknown = Array.isArray(answer) && answer.length === 1 ? answer[0] : undefined
  const exit =
    isObject(message) && message["_tag"] === "Exit" && typeof message["requestId"] === "string"
      ? message["exit"]
      : undefined
  if (isObject(exit) && exit["_tag"] === "Success") return undefined
  const cause = isObject(exit) && exit["_tag"] === "Failure" ? exit["cause"] : undefined
  const error = isObject(cause) && cause["_tag"] === "Fail" ? cause["error"] : undefined
  if (!isObject(error) || typeof error["_tag"] !== "string") throw new Mismatch("an answer of /rpc", "one exit", body)
  return { _tag: error["_tag"] }
}

export const envelopeLane = (api: Api, make: (n: number) => Mutant): Lane =>
  httpLane("envelopes", 2, api, make, async (agent, { text }) => {
    const answered = await post(api, agent, "/rpc", text, undefined)
    if (answered === undefined) return tooLarge
    const error = answered.status === 200 ? exitError(answered.body) : readAnswer(answered).error
    expectDefined(error)
    return wordOf(error)
  })

const strict = makeStrictRpc(HibikiRpcs)

/** Below what a socket may send at once: a stream costs two. */
const mutantsOfSocket = 30

const wordOn = (socket: StreamSocket): Promise<StreamMessage> => socket.take("a word", (message) => message)

const closedBy = async (socket: StreamSocket, code: number): Promise<string> => {
  expectSame("the close code", code, (await socket.closed()).code)
  return `closed by ${code}`
}

const tryMessage = async (socket: StreamSocket, text: string): Promise<string> => {
  socket.text(text)
  if (Buffer.byteLength(text) > Limits.frameBytes) return closedBy(socket, 1009)
  const read = strict.message(text)
  if (Either.isLeft(read)) {
    const { problem, requestId } = read.left
    if (requestId === undefined) {
      expectSame("the word before the end", { _tag: "Defect", defect: problem }, await wordOn(socket))
      return closedBy(socket, 4400)
    }
    expectSame("the error", problem, (await socket.start(requestId)).error)
    return wordOf(problem)
  }
  if (read.right._tag !== "Request") {
    if (read.right._tag !== "Ping") socket.send({ _tag: "Ping" })
    expectSame("the word", { _tag: "Pong" }, await wordOn(socket))
    return "taken without a word"
  }
  const { id } = read.right.request
  const { error } = await socket.start(id)
  expectDefined(error)
  if (error !== undefined) return wordOf(error)
  socket.send({ _tag: "Interrupt", requestId: id })
  await socket.take("the stream's end", (message) =>
    message._tag === "Exit" && message.requestId === id ? true : undefined
  )
  return "a stream"
}

export const streamLane = (api: Api, make: (n: number) => Mutant): Lane => ({
  name: "streams",
  workers: 2,
  make,
  run: async (feed) => {
    let socket: StreamSocket | undefined
    let tried = 0
    await eachMutant(feed, async ({ text }) => {
      if (socket !== undefined && (socket.isClosed || tried >= mutantsOfSocket)) {
        socket.terminate()
        socket = undefined
      }
      if (socket === undefined) {
        socket = await StreamSocket.open(api.origin)
        tried = 0
      }
      tried++
      socket.heard.length = 0
      try {
        return await tryMessage(socket, text)
      } catch (error) {
        socket.terminate()
        socket = undefined
        throw error
      }
    })
    socket?.terminate()
  }
})
