/** An answer on a bare connection: where node gives no response object, headers are ours to write. */
import { STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import type { TextAnswer } from "./Answer.ts"

/** Answers and closes. A peer that does not read it is cut off after 2 s. */
export const answerRaw = (socket: Duplex, answer: TextAnswer, headers: Readonly<Record<string, string>>): void => {
  // Whatever happens to a connection that is being closed is not worth a word.
  socket.on("error", () => undefined)
  if (!socket.writable) return void socket.destroy()
  socket.end(rawAnswer(answer, headers))
  const cut = setTimeout(() => socket.destroy(), 2_000)
  socket.once("close", () => clearTimeout(cut))
}

const rawAnswer = (answer: TextAnswer, headers: Readonly<Record<string, string>>): string => {
  const all = {
    ...headers,
    ...answer.headers,
    "content-type": answer.contentType,
    "content-length": String(Buffer.byteLength(answer.body)),
    connection: "close"
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}\r\n${lines.join("")}\r\n${answer.body}`
}
