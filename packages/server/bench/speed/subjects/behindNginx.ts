/** Any subject behind nginx, with the configuration of the top level. */
import { startNginx } from "../../../test/cluster/edge/Nginx.ts"
import { residentBytesOfTree } from "../measure/processes.ts"
import type { Subject, SubjectName } from "./Subject.ts"

/** Sockets through nginx, whose time and memory count; what is set up before goes straight to the subject. */
export const behindNginx = (name: SubjectName, subject: Subject): Subject => ({
  name,
  start: async (scene) => {
    const behind = await subject.start(scene)
    const origin = `http://127.0.0.1:${behind.port}`
    try {
      const nginx = await startNginx({ api: [origin], gateways: [origin] })
      return {
        ...behind,
        port: nginx.port,
        processes: { ...behind.processes, nginx: nginx.pid },
        residentBytes: async () => (await behind.residentBytes()) + residentBytesOfTree([nginx.pid]),
        end: async () => {
          await nginx.stop()
          await behind.end()
        }
      }
    } catch (error) {
      await behind.end()
      throw error
    }
  }
})
