/** Port: which push services devices may name, and the key by which this server is known to them. */
import { Context, Layer } from "effect"

export class PushServices extends Context.Tag("@hibiki/core/ports/PushServices")<
  PushServices,
  {
    /** The public key of this server (RFC 8292), in base64url; undefined: no device is woken by a push service. */
    readonly key: string | undefined
    /**
     * Whether pushes go to this address. Whoever could name any would have this server call hosts of its own network.
     */
    readonly serves: (endpoint: string) => boolean
  }
>() {
  static readonly none = Layer.succeed(PushServices, PushServices.of({ key: undefined, serves: () => false }))
}
