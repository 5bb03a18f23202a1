/**
 * A TCP proxy on the loopback that can swallow what passes, as a broken network does (connections stay open, and nobody
 * is told), or lead elsewhere.
 */
import { connect, createServer, type Socket } from "node:net"

export interface BlackHole {
  readonly port: number
  /** From now on nothing passes, on connections that are open and on new ones. */
  readonly swallow: () => void
  /** New connections pass again; those that were swallowed stay dead. */
  readonly heal: () => void
  /** New connections lead to that port; those that are open stay where they are. */
  readonly lead: (port: number) => void
  /** How many connections were ever opened. */
  readonly opened: () => number
  readonly stop: () => Promise<void>
}

export const startBlackHole = (targetPort: number): Promise<BlackHole> =>
  new Promise((resolve, reject) => {
    const sockets = new Set<Socket>()
    let swallowing = false
    let [leadsTo, opened] = [targetPort, 0]
    const cut: Array<() => void> = []
    const server = createServer((client) => {
      opened++
      const target = connect(leadsTo, "127.0.0.1")
      for (const socket of [client, target]) {
        sockets.add(socket)
        socket.on("error", () => undefined)
        socket.on("close", () => sockets.delete(socket))
      }
      let dead = swallowing
      cut.push(() => {
        dead = true
      })
      client.on("data", (data) => void (dead || target.write(data)))
      target.on("data", (data) => void (dead || client.write(data)))
      client.on("end", () => void (dead || target.end()))
      target.on("end", () => void (dead || client.end()))
    })
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      if (typeof address !== "object" || address === null) return reject(new Error("no port"))
      resolve({
        port: address.port,
        swallow: () => {
          swallowing = true
          for (const end of cut.splice(0)) end()
        },
        heal: () => {
          swallowing = false
        },
        lead: (port) => {
          leadsTo = port
        },
        opened: () => opened,
        stop: () =>
          new Promise((done) => {
            for (const socket of sockets) socket.destroy()
            server.close(() => done())
          })
      })
    })
  })
