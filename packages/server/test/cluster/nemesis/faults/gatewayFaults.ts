/** Gateways that end: at once, and as they are asked to. */
import type { Bite, Fault, Scene } from "../Fault.ts"
import type { Node } from "../Stage.ts"
import { anyOf } from "./anyOf.ts"

const sockets = async ({ stage }: Scene, node: Node): Promise<number> =>
  (await stage.counters(node))("hibiki_gateway_sockets")

/** One sits at the gateway and does not come back. Until others see that, it looks as if it were there. */
const killGateway = async (scene: Scene): Promise<Bite> => {
  const { presence, stage } = scene
  const gateway = anyOf(scene, stage.of("gateway"))
  const sitter = await presence.sitAt(gateway.url)
  const held = await sockets(scene, gateway)
  const code = await stage.end(gateway, "SIGKILL")
  const presenceMs = await presence.until(sitter, "offline")
  presence.leave(sitter)
  await stage.start("gateway")
  return { shown: { "killed processes": code === null ? 1 : 0, "sockets of it": held }, presenceMs }
}

/** One that was started since the last came back has no socket yet: draining it would prove nothing. */
const anyInUse = async (scene: Scene): Promise<Node> => {
  const all = scene.stage.of("gateway")
  const held = await Promise.all(all.map((node) => sockets(scene, node)))
  return anyOf(
    scene,
    all.filter((_, i) => (held[i] ?? 0) > 0)
  )
}

const drainWithinMs = 20_000

const drainGateway = async (scene: Scene): Promise<Bite> => {
  const { stage } = scene
  const gateway = await anyInUse(scene)
  const held = await sockets(scene, gateway)
  // As an orchestrator does it: the next is there before this one goes.
  await stage.start("gateway")
  const since = performance.now()
  const code = await stage.end(gateway, "SIGTERM")
  const tookMs = performance.now() - since
  return {
    shown: { "sockets of it": held },
    misses: [
      ...(code === 0 ? [] : [`a gateway that was asked to stop ended with ${code}`]),
      ...(tookMs <= drainWithinMs ? [] : [`a gateway that was asked to stop took ${Math.round(tookMs)} ms`])
    ]
  }
}

export const gatewayFaults: ReadonlyArray<Fault> = [
  { name: "kill-gateway", asked: { resumedMs: 5_000, presenceMs: 15_000 }, strike: killGateway },
  { name: "drain-gateway", asked: { resumedMs: 5_000 }, strike: drainGateway }
]
