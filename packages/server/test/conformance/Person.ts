/** Somebody with an account on the server under test, and sockets of each sign-in. */
import { randomBytes, randomUUID } from "node:crypto"
import { uuidV7 } from "@hibiki/core/domain/Uuid"
import type { Api, ValueOf } from "./client.ts"
import { ProtocolSocket } from "./ProtocolSocket.ts"

export const password = "a quiet room in autumn"
export const freshId = (): string => uuidV7(Date.now(), randomBytes(10))

export interface Dial {
  readonly cursors?: ReadonlyArray<readonly [string, number]>
  readonly epoch?: string | null
  readonly instance?: string
}

/** One sign-in. Tickets for its sockets come from `welcome` where they can: those are not limited. */
export class Device {
  private readonly tickets: Array<string> = []

  constructor(
    private readonly api: Api,
    readonly signedIn: ValueOf<"auth.signIn">
  ) {}

  get token(): string {
    return this.signedIn.accessToken
  }
  get id(): string {
    return this.signedIn.deviceId
  }
  get userId(): string {
    return this.signedIn.userId
  }

  async ticket(): Promise<string> {
    return this.tickets.pop() ?? (await this.api.value("ticket.issue", {}, this.token)).ticket
  }

  hello(ticket: string, { cursors = [], epoch = null, instance = randomUUID() }: Dial = {}) {
    return { op: "hello", version: 1, ticket, device: this.id, instance, epoch, cursors, last: true }
  }

  /** A socket that is live, or at least welcome where the case wants to see what comes then. */
  async open(dial: Dial = {}, until: "welcome" | "live" = "live"): Promise<ProtocolSocket> {
    const socket = await this.openWith(await this.ticket(), dial)
    if (until === "live") await socket.takeOp("live")
    // Told to everybody who comes: what is heard of it from here on was caused.
    if (until === "live") while (socket.heard.some(({ op }) => op === "reads")) await socket.takeOp("reads")
    return socket
  }

  /** A socket that is welcome by this very ticket. */
  async openWith(ticket: string, dial: Dial = {}): Promise<ProtocolSocket> {
    const socket = await ProtocolSocket.open(this.api.origin)
    socket.send(this.hello(ticket, dial))
    const { resumeTicket } = await socket.takeOp("welcome")
    if (resumeTicket !== "") {
      this.tickets.push(resumeTicket)
      this.api.secrets.add(resumeTicket)
    }
    return socket
  }

  /** Works on a live socket and lets go of it, whatever comes of it. */
  async with<A>(work: (socket: ProtocolSocket) => Promise<A>, dial?: Dial): Promise<A> {
    const socket = await this.open(dial)
    try {
      return await work(socket)
    } finally {
      socket.terminate()
    }
  }
}

export class Person extends Device {
  constructor(
    private readonly server: Api,
    signedIn: ValueOf<"auth.signIn">
  ) {
    super(server, signedIn)
  }

  get handle(): string {
    return this.signedIn.handle
  }

  async signInAgain(secret = password): Promise<Device> {
    const payload = { handle: this.handle, password: secret, device: { name: "another", kind: "terminal" } }
    return new Device(this.server, await this.server.value("auth.signIn", payload, undefined))
  }

  /** A sign-in that has ended. */
  async revokedDevice(): Promise<Device> {
    const device = await this.signInAgain()
    await this.server.value("auth.signOut", {}, device.token)
    return device
  }
}

/** `known`: there may be such an account from a run before, which is then used again. */
export const person = async (
  api: Api,
  handle: string,
  known: boolean,
  inviteOf: () => Promise<string | undefined>
): Promise<Person> => {
  const signIn = { handle, password, device: { name: "conformance", kind: "terminal" } }
  if (known) {
    const answer = await api.call("auth.signIn", signIn, undefined)
    if (answer.status === 200) return new Person(api, await api.value("auth.signIn", signIn, undefined))
  }
  const invite = await inviteOf()
  return new Person(
    api,
    await api.value("auth.register", { ...signIn, ...(invite === undefined ? {} : { invite }) }, undefined)
  )
}

/** Somebody's presence for those who may not see it. */
export const offline = ({ userId }: Person) => ({ userId, state: "offline", kinds: [] })
