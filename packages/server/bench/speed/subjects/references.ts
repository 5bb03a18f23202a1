/** The references as subjects. */

import { addressesOf, serviceProcesses, startServices } from "../../../test/cluster/Cluster.ts"
import { startPrivatePostgres } from "../../../test/live/privatePostgres.ts"
import { takeVhost } from "../../../test/live/privateRabbit.ts"
import { startProgram } from "./program.ts"
import { runIn } from "./runIn.ts"
import type { Subject } from "./Subject.ts"

export const limitWs: Subject = {
  name: "limit-ws",
  start: async (scene) => ({ ...(await startProgram("limitWs.ts", scene, ["plain"])), wire: "frames" })
}

export const limitWsCoalesced: Subject = {
  name: "limit-ws-coalesced",
  start: async (scene) => ({ ...(await startProgram("limitWs.ts", scene, ["coalesced"])), wire: "frames" })
}

/** With a Postgres of its own, whose time counts. */
export const socketioPg: Subject = {
  name: "socketio-pg",
  start: async (scene) => {
    const postgres = await startPrivatePostgres()
    try {
      await runIn(postgres.url)
      const program = await startProgram("socketioPg.ts", scene, [postgres.url])
      return {
        ...program,
        wire: "socketio",
        processes: { ...program.processes, postgres: postgres.pid() },
        end: async () => {
          await program.end()
          await postgres.stop()
        }
      }
    } catch (error) {
      await postgres.stop()
      throw error
    }
  }
}

/** With services of its own, whose time counts: a server for the sockets and a worker behind the queue. */
export const naive: Subject = {
  name: "naive",
  start: async (scene) => {
    const services = await startServices()
    const { databaseUrl, rabbit, redisUrl } = addressesOf(services)
    const addresses = [databaseUrl, takeVhost(rabbit), redisUrl]
    const ends = [services.stop]
    const end = async () => {
      for (const each of ends.toReversed()) await each()
    }
    try {
      await runIn(databaseUrl)
      const worker = await startProgram("naive/worker.ts", scene, addresses)
      ends.push(worker.end)
      const sockets = await startProgram("naive/sockets.ts", scene, addresses)
      ends.push(sockets.end)
      return {
        ...sockets,
        wire: "frames",
        // Nothing holds the messages of a conversation together between their numbers and their coming out.
        inAnyOrder: true,
        processes: { ...sockets.processes, worker: worker.processes["server"] ?? 0, ...serviceProcesses(services) },
        complaints: () => `${worker.complaints()}${sockets.complaints()}`,
        end
      }
    } catch (error) {
      await end()
      throw error
    }
  }
}
