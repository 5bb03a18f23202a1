/**
 * The driver's connection and channel, with error listeners from the first moment: an error without a listener ends the
 * process.
 */
import { Socket } from "node:net"
import { Duplex } from "node:stream"
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from "amqplib"
import { Redacted } from "effect"
import { connectionsBlocked, count } from "./AmqpMetrics.ts"

export interface AmqpOptions {
  readonly url: Redacted.Redacted
  /** The purpose of the connection, as the broker's list of connections, the logs and the metrics show it. */
  readonly link: string
  /** The timeout of connecting, and of each answer during set-up. The link retries after it. */
  readonly tryMs?: number | undefined
}

/** One life of the connection. */
export interface OpenLink {
  readonly channel: ConfirmChannel
  /** Whether the broker accepts no messages at present. */
  readonly isBlocked: () => boolean
  /** Whether the broker has processed everything written on the channel until now and answers in time. Never fails. */
  readonly answers: () => Promise<boolean>
  /**
   * Opens another channel of this connection, for a request that must not wait behind the first channel. It ends with
   * the connection at the latest.
   */
  readonly beside: () => Promise<Channel>
  /** Gives up this connection, which is useless although it is open. */
  readonly lose: (reason: string) => void
  /** Closes this healthy connection and opens another. Everything written before still arrives. */
  readonly renew: (reason: string) => void
  /** Sends everything that `write` writes in as few socket writes as possible. */
  readonly together: (write: () => void) => void
}

/** The operation with which a healthy session ends. */
export const renewal = "renewal"

const connectTimeoutMs = 5_000
const closeTimeoutMs = 1_000
const answerTimeoutMs = 1_000
/**
 * A peer that is silent for two of these, or a little longer, counts as gone. The broker then gives a worker's
 * partitions to another worker.
 */
const heartbeatSeconds = "5"
/** Exists in every vhost. */
const knownExchange = "amq.fanout"
/** The driver hands this many bytes to the socket before it waits. */
const socketBufferBytes = 1_048_576

/** Opens a connection. Without `noDelay` each confirm waits for the next packet: 50 to 100 ms. */
export const connectAmqp = (url: Redacted.Redacted, name: string): Promise<ChannelModel> => {
  const target = new URL(Redacted.value(url))
  if (!target.searchParams.has("heartbeat")) target.searchParams.set("heartbeat", heartbeatSeconds)
  const socket = { noDelay: true, timeout: connectTimeoutMs, highWaterMark: socketBufferBytes }
  return connect(target.href, { ...socket, clientProperties: { connection_name: name } })
}

/** Closes a connection, by force if it does not answer. Never fails. */
export const endAmqp = async (model: ChannelModel): Promise<void> => {
  await within(closeModel(model), closeTimeoutMs)
  socketOf(model)?.destroy()
}

export class AmqpSession {
  readonly #options: AmqpOptions
  readonly #ended: (operation: string, cause: unknown) => void
  readonly #renewed: (reason: string) => void
  #model: ChannelModel | undefined
  #channel: ConfirmChannel | undefined
  #isBlocked = false
  #isOver = false
  #isLost = false

  /** Calls `ended` with the first reason that makes the session useless, and perhaps with further ones. */
  constructor(options: AmqpOptions, ended: (operation: string, cause: unknown) => void) {
    this.#options = options
    this.#renewed = (reason) => ended(renewal, reason)
    this.#ended = (operation, cause) => {
      this.#isLost = true
      ended(operation, cause)
    }
  }

  async open(): Promise<OpenLink> {
    const model = await connectAmqp(this.#options.url, `hibiki ${this.#options.link}`)
    this.#model = model
    model.on("error", (error) => this.#ended("connection", error))
    model.on("close", (error) => this.#ended("connection", error ?? "closed"))
    model.on("blocked", () => {
      this.#isBlocked = true
      count(connectionsBlocked, { link: this.#options.link })
    })
    model.on("unblocked", () => {
      this.#isBlocked = false
    })
    // Nobody waits for this session any more.
    if (this.#isOver) await this.end()
    const channel = await model.createConfirmChannel()
    this.#channel = channel
    channel.on("error", (error) => this.#ended("channel", error))
    // The channel may close while the connection stays open.
    channel.on("close", () => this.#ended("channel", "closed"))
    channel.on("handler-error", (error) => this.#ended("handler", error))
    return {
      channel,
      isBlocked: () => this.#isBlocked,
      answers: () => within(this.ask(), answerTimeoutMs),
      beside: async () => {
        const another = await model.createChannel()
        another.on("error", () => undefined)
        return another
      },
      lose: (reason) => this.giveUp(reason),
      renew: (reason) => this.#renewed(reason),
      together: (write) => corked(socketOf(model), write)
    }
  }

  /** Gives up the session, which is useless although it is open. */
  giveUp(reason: string): void {
    this.#ended("given up", reason)
  }

  get isBlocked(): boolean {
    return this.#isBlocked
  }

  /** The bytes that came from the broker until now. */
  get heardBytes(): number {
    const socket = this.#model === undefined ? undefined : socketOf(this.#model)
    return socket instanceof Socket ? socket.bytesRead : 0
  }

  /** Completes when the broker answers a request that changes nothing. */
  async ask(): Promise<void> {
    await this.#channel?.checkExchange(knownExchange)
  }

  /**
   * Never fails. Closes the channel first: everything written on it must arrive, and the connection's own close would
   * overtake it.
   */
  async end(): Promise<void> {
    this.#isOver = true
    if (this.#model === undefined) return
    // Destroys with an error: without one the driver would not notice, and confirms would wait.
    if (this.#isLost) return void socketOf(this.#model)?.destroy(new Error("given up"))
    if (this.#channel !== undefined) await within(closeChannel(this.#channel), closeTimeoutMs)
    await endAmqp(this.#model)
  }
}

// Both throw at once if they are closed already.
const closeChannel = async (channel: ConfirmChannel): Promise<void> => channel.close()
const closeModel = async (model: ChannelModel): Promise<void> => model.close()

/** Returns whether it succeeded in time. Never fails. */
const within = async (asked: Promise<void>, ms: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  const answered = asked.then(
    () => true,
    () => false
  )
  const isInTime = await Promise.race([answered, late])
  clearTimeout(timer)
  return isInTime
}

/** The driver's types don't have it. */
const socketOf = (model: ChannelModel): Duplex | undefined => {
  const stream: unknown = Reflect.get(model.connection, "stream")
  return stream instanceof Duplex ? stream : undefined
}

/**
 * The driver hands written frames to the socket in the next turn, one by one. The turn after that is the first in which
 * all are there.
 */
const corked = (socket: Duplex | undefined, write: () => void): void => {
  socket?.cork()
  try {
    write()
  } finally {
    if (socket !== undefined) setImmediate(() => setImmediate(() => socket.uncork()))
  }
}
