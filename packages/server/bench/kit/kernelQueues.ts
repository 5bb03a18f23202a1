/** What the operating system holds of a connection between two processes of this machine, by its own table. */
import { readFileSync } from "node:fs"

export interface KernelQueues {
  /** Written by the server and not yet at the client's end. */
  readonly sendBytes: number
  /** At the client's end and not yet read. */
  readonly receiveBytes: number
}

/** By the client's port. Undefined where there is no such table. */
export const kernelQueues = (clientPort: number): KernelQueues => {
  const port = clientPort.toString(16).toUpperCase().padStart(4, "0")
  let [sendBytes, receiveBytes] = [0, 0]
  for (const line of readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1)) {
    const [, local = "", remote = "", , queues = ""] = line.trim().split(/\s+/)
    const [send = "0", receive = "0"] = queues.split(":")
    if (remote.endsWith(`:${port}`)) sendBytes += Number.parseInt(send, 16)
    if (local.endsWith(`:${port}`)) receiveBytes += Number.parseInt(receive, 16)
  }
  return { sendBytes, receiveBytes }
}
