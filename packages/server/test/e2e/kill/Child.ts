/** A process of a run's load: it answers questions, one at a time, and hands over what it wrote down meanwhile. */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { HistoryEntry } from "@hibiki/testing/checker/History"
import { endChildWithProcess } from "../endWithProcess.ts"
import type { Piece } from "./recording/Recorder.ts"

export const nodeArgs = ["--conditions=source", "--import", "tsx"]

export class Child<Message extends object> {
  readonly entries: Array<HistoryEntry> = []
  readonly #process: ChildProcess
  #answered: ((answer: unknown) => void) | undefined
  #failed: ((error: Error) => void) | undefined

  constructor(file: string) {
    this.#process = fork(fileURLToPath(new URL(file, import.meta.url)), {
      execArgv: nodeArgs,
      stdio: ["ignore", "inherit", "inherit", "ipc"]
    })
    endChildWithProcess(this.#process)
    this.#process.on("message", (message) => {
      if (isPiece(message)) this.entries.push(...message.entries)
      else this.#answered?.(message)
    })
    this.#process.on("exit", (code) => this.#failed?.(new Error(`${file} ended with ${code}`)))
  }

  tell(message: Message): void {
    this.#process.send(message)
  }

  ask<A>(message: Message): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#answered = (answer) => resolve(answer as A)
      this.#failed = reject
      this.tell(message)
    })
  }

  kill(): void {
    this.#process.kill("SIGKILL")
  }
}

const isPiece = (message: unknown): message is Piece =>
  typeof message === "object" && message !== null && "op" in message
