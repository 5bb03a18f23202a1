/** The references as subjects. */
import { startPrivatePostgres } from "../../../test/live/privatePostgres.ts"
import { startProgram } from "./program.ts"
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
      const program = await startProgram("socketioPg.ts", scene, [postgres.url])
      return {
        ...program,
        wire: "socketio",
        pids: [...program.pids, postgres.pid()],
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
