/** The panels of the operator's console. */
import { expectSame, Mismatch, Skipped } from "../../Mismatch.ts"
import { startStream } from "../../StreamSocket.ts"
import type { CallTable } from "./CallEntry.ts"

const panels = [
  { _tag: "Now" },
  { _tag: "Nodes" },
  { _tag: "Actors", prefix: "", orderBy: "depth", limit: 10 },
  { _tag: "Sockets", orderBy: "unsent", limit: 10 },
  { _tag: "Queues" },
  { _tag: "Store" },
  { _tag: "Path" }
] as const

export const operateCalls: Pick<CallTable, "operate.watch"> = {
  "operate.watch": {
    good: async ({ api, serverAdmin }) => {
      if (serverAdmin === undefined) throw new Skipped("needs an administrator of the server")
      for (const panel of panels) {
        const { chunk } = await startStream(api.origin, "operate.watch", { panel }, serverAdmin.token)
        if (typeof chunk !== "object" || chunk === null || !("_tag" in chunk && "whole" in chunk))
          throw new Mismatch("the first word", "a whole table", chunk)
        expectSame("the first word", [panel._tag, true], [chunk._tag, chunk.whole])
      }
    },
    errors: {
      NotFound: async ({ api, people: { stranger } }) => {
        for (const panel of panels) {
          const { error } = await startStream(api.origin, "operate.watch", { panel }, stranger.token)
          expectSame("the end", { _tag: "NotFound" }, error)
        }
      }
    }
  }
}
