/** Sockets whose frames are written down. */
import { SocketFactory } from "@hibiki/core/client/connection/SocketFactory"
import type { DeviceId } from "@hibiki/core/domain/Ids"
import { decodeServerFrame } from "@hibiki/core/protocol/ServerFrame"
import { Effect, Layer } from "effect"
import type { Recorder } from "./Recorder.ts"

export const recordedSockets = (
  recorder: Recorder,
  device: DeviceId,
  sockets: Layer.Layer<SocketFactory>
): Layer.Layer<SocketFactory> =>
  Layer.effect(
    SocketFactory,
    Effect.map(SocketFactory, ({ open }) =>
      SocketFactory.of({
        open: ({ onClose, onMessage, onOpen }) => {
          const socket = recorder.nextSocket()
          const inner = open({
            onOpen: () => {
              recorder.record({ _tag: "opened", device, socket })
              onOpen()
            },
            onMessage: (text) => {
              const frame = decodeServerFrame(text)
              if (frame !== undefined) recorder.record({ _tag: "received", device, socket, frame })
              onMessage(text)
            },
            onClose: (code) => {
              recorder.record({ _tag: "closed", device, socket, code })
              onClose(code)
            }
          })
          return {
            send: (text) => {
              recorder.record({ _tag: "sent", device, socket, frame: JSON.parse(text) })
              inner.send(text)
            },
            close: (code) => inner.close(code)
          }
        }
      })
    )
  ).pipe(Layer.provide(sockets))
