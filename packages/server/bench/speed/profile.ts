/**
 * Where the server's main thread spends its time, or its memory: `npm run bench:profile -- pairs`, for the scenarios
 * room, pairs, storm, back and idle.
 * `--allocations` tells who allocates, whatever becomes of it; `--kept` only what is still there at the end.
 * `--per-second N`: the load of a room.
 */
import { parseArgs } from "node:util"
import { allocationTable, type ProfileLine, profileByPlace, profileTable } from "./measure/profileTable.ts"
import { full } from "./programme.ts"
import { makeScene } from "./Scene.ts"
import { Stage } from "./Stage.ts"
import { leaveAndMiss, loadOf, storming } from "./scenarios.ts"
import { HibikiEmbedded } from "./subjects/hibiki.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    allocations: { type: "boolean", default: false },
    kept: { type: "boolean", default: false },
    "per-second": { type: "string" }
  }
})
const [what = "pairs"] = positionals
const shapes = { ...full.shapes, back: full.shapes.storm }
if (what !== "room" && what !== "pairs" && what !== "storm" && what !== "back" && what !== "idle")
  throw new Error(`${what} is none of room, pairs, storm, back, idle`)

const seconds = 6
const shownLines = 60
const atOnce = 200
const ofMemory = values.allocations || values.kept

const percent = (part: number, all: number): string => `${((100 * part) / all).toFixed(1).padStart(5)} %`

const show = (lines: ReadonlyArray<ProfileLine>): void => {
  const all = lines.reduce((sum, { self }) => sum + self, 0)
  for (const key of ["self", "total"] as const) {
    console.log(
      `\n${key === "self" ? "in itself" : "with what it calls"}, of ${(all / 1e6).toFixed(1)} ${ofMemory ? "MB" : "s"}`
    )
    for (const line of [...lines].sort((a, b) => b[key] - a[key]).slice(0, shownLines))
      console.log(percent(line[key], all), line.what)
  }
}

const hibiki = new HibikiEmbedded((note) => console.error(note))
const scene = makeScene(shapes[what])
const stage = await Stage.open(hibiki, scene)
try {
  const { inside } = stage.subject
  if (inside === undefined) throw new Error("it can't be looked into")
  const begin = () => (ofMemory ? inside.startAllocations(values.kept) : inside.startProfile())
  const end = async () => {
    if (ofMemory) return show(allocationTable(await inside.stopAllocations()))
    const profile = await inside.stopProfile()
    const places = profileByPlace(profile)
    const all = places.reduce((sum, [, micros]) => sum + micros, 0)
    for (const [place, micros] of places.slice(0, 25)) console.log(percent(micros, all), place)
    show(profileTable(profile))
  }
  const devices = scene.devices.map((_, place) => place)
  const arrives = what === "storm" || what === "idle"
  const { devices: many } = shapes[what]
  if (arrives) await stage.arrive(devices, atOnce, begin)
  else await stage.arriveCalmly(what === "back" ? devices.slice(0, many) : devices)
  if (what === "back") {
    const left = await leaveAndMiss(stage, scene, shapes[what])
    await begin()
    await stage.comeBack(left, storming)
  } else if (!arrives) {
    await begin()
    const perSecond = values["per-second"]
    const writers =
      what === "room"
        ? devices.filter((place) => place % 16 === 0)
        : scene.conversations.map(({ members }) => members[0] ?? 0)
    const load = loadOf(perSecond === undefined ? undefined : Number(perSecond))
    await stage.load({ ...load, writers, textLength: 100 }, 1, seconds)
  }
  await end()
} finally {
  await stage.close()
  hibiki.remove()
}
