/** Serves the panels of the operator's console. */
import { Panels } from "@hibiki/core/operate/Panels"
import { CurrentIdentity } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { OperateRpcs } from "@hibiki/core/protocol/rpc/OperateRpcs"
import { Effect, Stream } from "effect"

export const OperateHandlers = OperateRpcs.toLayer(
  Effect.map(Panels, ({ watch }) =>
    OperateRpcs.of({
      "operate.watch": ({ panel }) => Stream.unwrap(Effect.map(CurrentIdentity, (caller) => watch(caller, panel)))
    })
  )
)
