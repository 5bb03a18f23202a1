/** How a subject of the bench is spoken to. All speak Hibiki's frames; socket.io wraps them in its own. */
import type { BenchDevice } from "../Scene.ts"
import { clientFrame } from "./ClientSocket.ts"
import { socketIoHead } from "./FrameScan.ts"

export type WireName = "frames" | "socketio"

export interface Wire {
  readonly path: string
  /** What is sent once the socket is there, before the hello, which then waits until it is confirmed. */
  readonly opening: Buffer | undefined
  readonly confirmsOpening: (bytes: Buffer, from: number) => boolean
  /** Where the frame begins in a message; -1: it is none of ours. */
  readonly frameAt: (bytes: Buffer, from: number) => number
  /** To a message that is none of ours. */
  readonly answer: (bytes: Buffer, from: number) => Buffer | undefined
  readonly frame: (json: string) => Buffer
}

const frames: Wire = {
  path: "/ws",
  opening: undefined,
  confirmsOpening: () => false,
  frameAt: (_, from) => from,
  answer: () => undefined,
  frame: clientFrame
}

/**
 * Types of packets, as characters: Engine.io's ping and message, and inside of a message Socket.io's connect and event.
 */
const [ping, message, connect, event] = [0x32, 0x34, 0x30, 0x32]

/** Engine.io 4 over a WebSocket from the start. */
const socketio: Wire = {
  path: "/socket.io/?EIO=4&transport=websocket",
  opening: clientFrame("40"),
  confirmsOpening: (bytes, from) => bytes[from] === message && bytes[from + 1] === connect,
  frameAt: (bytes, from) => (bytes[from] === message && bytes[from + 1] === event ? from + socketIoHead.length : -1),
  answer: (bytes, from) => (bytes[from] === ping ? clientFrame("3") : undefined),
  frame: (json) => clientFrame(`${socketIoHead}${json}]`)
}

export const wires: Readonly<Record<WireName, Wire>> = { frames, socketio }

export interface Greeting {
  readonly ticket: string
  readonly instance: string
  readonly epoch: string | null
  readonly cursors: ReadonlyArray<readonly [string, number]>
}

export const helloOf = (device: BenchDevice, { cursors, epoch, instance, ticket }: Greeting): string =>
  JSON.stringify({ op: "hello", version: 1, ticket, device: device.deviceId, instance, epoch, cursors, last: true })
