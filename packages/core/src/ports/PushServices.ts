/** Port: the push services that devices may name, and this server's public key for them. */
import { Context, Layer } from "effect"

export class PushServices extends Context.Tag("@hibiki/core/ports/PushServices")<
  PushServices,
  {
    /** The public key of this server (RFC 8292), in base64url; undefined: no push service is used. */
    readonly key: string | undefined
    /**
     * Whether the server may send pushes to this address. If clients could name any address, they could make this
     * server call hosts of its own network.
     */
    readonly serves: (endpoint: string) => boolean
  }
>() {
  static readonly none = Layer.succeed(PushServices, PushServices.of({ key: undefined, serves: () => false }))
}
