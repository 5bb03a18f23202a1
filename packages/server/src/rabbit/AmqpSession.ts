/**
 * The driver's connection and channel, with listeners from the first moment, since an error that nobody hears ends the
 * process.
 */
import { Socket } from "node:net"
import { Duplex } from "node:stream"
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from "amqplib"
import { Redacted } from "effect"
import { connectionsBlocked, count } from "./AmqpMetrics.ts"

export interface AmqpOptions {
  readonly url: Redacted.Redacted
  /** What the connection is for: seen in the broker's list of connections, in logs and in metrics. */
  readonly link: string
  /** How long connecting may take, and then each answer while it is set up, before it is tried again. */
  readonly tryMs?: number | undefined
}

/** One life of the connection. */
export interface OpenLink {
  readonly channel: ConfirmChannel
  /** Whether the broker takes nothing at present. */
  readonly isBlocked: () => boolean
  /** Whether the broker has come to all that was written on the channel until now, and says so in time. Never fails. */
  readonly answers: () => Promise<boolean>
  /**
   * A further channel of this connection, for a question that must not wait behind the first one. Ends with the
   * connection at the latest.
   */
  readonly beside: () => Promise<Channel>
  /** Gives this connection up: it is of no use although it is open. */
  readonly lose: (reason: string) => void
  /** Closes this connection, in which nothing is wrong, and opens another: what was written before still arrives. */
  readonly renew: (reason: string) => void
  /** What is written in `write` leaves in as few writes as the socket allows. */
  readonly together: (write: () => void) => void
}

/** The operation by which a session ends in which nothing was wrong. */
export const renewal = "renewal"

const connectTimeoutMs = 5_000
const closeTimeoutMs = 1_000
const answerTimeoutMs = 1_000
/**
 * A peer that is silent for two of these, or a little longer, is gone: for the broker a worker, whose partitions then
 * go to another.
 */
const heartbeatSeconds = "5"
/** Is there in every vhost. */
const knownExchange = "amq.fanout"
/** So much is handed to the socket before the driver waits for it. */
const socketBufferBytes = 1_048_576

/** Opens a connection. Without `noDelay` each confirm waits for the next packet: 50 to 100 ms. */
export const connectAmqp = (url: Redacted.Redacted, name: string): Promise<ChannelModel> => {
  const target = new URL(Redacted.value(url))
  if (!target.searchParams.has("heartbeat")) target.searchParams.set("heartbeat", heartbeatSeconds)
  const socket = { noDelay: true, timeout: connectTimeoutMs, highWaterMark: socketBufferBytes }
  return connect(target.href, { ...socket, clientProperties: { connection_name: name } })
}

/** Closes a connection, by force when it does not answer. Never fails. */
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

  /** `ended` is told of the first reason for which the session is of no more use, and perhaps of further ones. */
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
    // Nobody waits for it any more.
    if (this.#isOver) await this.end()
    const channel = await model.createConfirmChannel()
    this.#channel = channel
    channel.on("error", (error) => this.#ended("channel", error))
    // Also when the connection stays open.
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

  /** Of no use although it is open. */
  giveUp(reason: string): void {
    this.#ended("given up", reason)
  }

  get isBlocked(): boolean {
    return this.#isBlocked
  }

  /** So much came from the broker until now. */
  get heardBytes(): number {
    const socket = this.#model === undefined ? undefined : socketOf(this.#model)
    return socket instanceof Socket ? socket.bytesRead : 0
  }

  /** Done when the broker answers to a question that changes nothing. */
  async ask(): Promise<void> {
    await this.#channel?.checkExchange(knownExchange)
  }

  /**
   * Never fails. The channel first: what was written on it must arrive, and the connection's own close would overtake
   * it.
   */
  async end(): Promise<void> {
    this.#isOver = true
    if (this.#model === undefined) return
    // With an error, or the driver would not hear of it, and let confirms wait.
    if (this.#isLost) return void socketOf(this.#model)?.destroy(new Error("given up"))
    if (this.#channel !== undefined) await within(closeChannel(this.#channel), closeTimeoutMs)
    await endAmqp(this.#model)
  }
}

// Both throw at once when they are closed already.
const closeChannel = async (channel: ConfirmChannel): Promise<void> => channel.close()
const closeModel = async (model: ChannelModel): Promise<void> => model.close()

/** Whether it succeeded in time. Never fails. */
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

/** Not in the driver's types. */
const socketOf = (model: ChannelModel): Duplex | undefined => {
  const stream: unknown = Reflect.get(model.connection, "stream")
  return stream instanceof Duplex ? stream : undefined
}

/**
 * The driver hands what was written to the socket in the next turn, frame by frame; the one after that is the first in
 * which all are there.
 */
const corked = (socket: Duplex | undefined, write: () => void): void => {
  socket?.cork()
  try {
    write()
  } finally {
    if (socket !== undefined) setImmediate(() => setImmediate(() => socket.uncork()))
  }
}
