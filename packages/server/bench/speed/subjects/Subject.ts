/** What the bench measures: servers that speak the same frames. */
import type { ServerInside } from "../../../test/conformance/mutants/ServerInside.ts"
import type { WireName } from "../generator/Wire.ts"
import type { Scene } from "../Scene.ts"

/**
 * `hibiki`: embedded, in one process; `hibiki-cluster`: a process a role, on RabbitMQ, Redis and Postgres; `nginx+`:
 * behind nginx, as it is shipped.
 */
export type SubjectName =
  | ("limit-ws" | "limit-ws-coalesced" | "socketio-pg" | "naive" | "nginx+limit-ws")
  | ("hibiki" | "hibiki-cluster" | "nginx+hibiki")

export interface RunningSubject {
  readonly port: number
  readonly wire: WireName
  /** What two write at once into one conversation may come in another order than its numbers have. */
  readonly inAnyOrder?: true
  /** All its processes by what they are for, those below them left out. */
  readonly processes: Readonly<Record<string, number>>
  /** The ticket that opens a socket of this device. */
  readonly ticketFor: (accessToken: string) => Promise<string>
  /** Collects garbage; then the bytes of all its processes in memory. */
  readonly residentBytes: () => Promise<number>
  /** Of one that is a single process of node. */
  readonly inside: ServerInside | undefined
  /** What it has to say for itself, when it should have nothing to say. */
  readonly complaints: () => string
  readonly end: () => Promise<void>
}

export interface Subject {
  readonly name: SubjectName
  readonly start: (scene: Scene) => Promise<RunningSubject>
}
