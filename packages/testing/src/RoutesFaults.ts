/** Routes that are unreachable, for gateways, for workers, or for both: a layer over any other. */

import { Routes, RoutesUnavailable } from "@hibiki/core/ports/Routes"
import { Effect } from "effect"
import type { Fault } from "./Fault.ts"
import { overService } from "./overService.ts"

export interface RoutesFaultPlan {
  /**
   * Called for each call of a gateway (`renew`, `release`, `register`, `withdraw`, `heads`). A hit makes it fail
   * without an effect.
   */
  readonly failGateway?: Fault
  /** Called for each `raise`. A hit makes it fail without an effect. */
  readonly failRaise?: Fault
}

export const withRoutesFaults = ({ failGateway, failRaise }: RoutesFaultPlan) =>
  overService(Routes, (routes) => {
    const unless = <A>(fault: Fault | undefined, effect: Effect.Effect<A, RoutesUnavailable>) =>
      Effect.suspend(() =>
        fault?.strikes() ? Effect.fail(new RoutesUnavailable({ cause: "a planned fault" })) : effect
      )
    return {
      renew: (lease, registered) => unless(failGateway, routes.renew(lease, registered)),
      release: (lease) => unless(failGateway, routes.release(lease)),
      register: (lease, logs) => unless(failGateway, routes.register(lease, logs)),
      withdraw: (lease, logs) => unless(failGateway, routes.withdraw(lease, logs)),
      raise: (heads) => unless(failRaise, routes.raise(heads)),
      heads: (logs) => unless(failGateway, routes.heads(logs))
    }
  })
