/**
 * The network between one process and one service: cut, slow, and silent in both directions or in one. The strikes of a
 * fault take the roles in turn.
 */
import { setTimeout as sleep } from "node:timers/promises"
import type { Bite, Fault, Scene } from "../Fault.ts"
import type { Link, LinkCounts } from "../network/Link.ts"
import { type Service, services } from "../Stage.ts"
import { anyOf } from "./anyOf.ts"

const roles = ["gateway", "worker", "api"] as const
const brokenMs = { long: 15_000, short: 3_000 }
const slowMs = 200

interface Way {
  readonly name: string
  readonly break: (link: Link) => void
  readonly shownBy: keyof LinkCounts
}

const ways: ReadonlyArray<Way> = [
  { name: "cut", break: (link) => link.cut(), shownBy: "reset" },
  { name: "slow", break: (link) => link.delay(slowMs), shownBy: "delayedChunks" },
  { name: "silence", break: (link) => link.swallow(), shownBy: "swallowedBytes" },
  { name: "deaf", break: (link) => link.swallow(["toService"]), shownBy: "swallowedBytes" },
  { name: "mute", break: (link) => link.swallow(["fromService"]), shownBy: "swallowedBytes" }
]

const strike =
  (way: Way, service: Service) =>
  async (scene: Scene): Promise<Bite> => {
    const role = roles[(scene.strike - 1) % roles.length] ?? "gateway"
    const link = anyOf(scene, scene.stage.of(role)).links[service]
    const before = link.counts[way.shownBy]
    way.break(link)
    await sleep(scene.forMs(brokenMs.long, brokenMs.short))
    link.mend()
    return { shown: { [`${way.shownBy} (by ${role})`]: link.counts[way.shownBy] - before } }
  }

export const linkFaults: ReadonlyArray<Fault> = ways.flatMap((way) =>
  services.map((service) => ({ name: `${way.name}-${service}`, asked: {}, strike: strike(way, service) }))
)
