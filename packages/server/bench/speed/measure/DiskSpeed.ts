/**
 * Whether the disk answers at its own speed. What is durable waits for it, and the disk of a virtual machine is shared: its host may leave a write
 * unanswered for as long as it likes, which nothing here calls stolen. Seen only by writing, and waiting for it, in a file of nobody.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { median } from "../../../../core/bench/report.ts"
import { epochMs, type Stretch } from "./Stretch.ts"

const everyMs = 20
const page = Buffer.alloc(4_096, 1)
/** As many as were written before, so that nothing but the page itself has to reach the disk. */
const pages = 64
/** From how long on a write is late, and how many times the usual that has to be: some disks take several milliseconds always. */
const lateMs = 20
const lateTimes = 10

export interface Write {
  readonly fromMs: number
  readonly toMs: number
}

/** The writes that were answered late. */
export const lateStretches = (writes: ReadonlyArray<Write>): ReadonlyArray<Stretch> => {
  const bound = Math.max(lateMs, lateTimes * median(writes.map(({ fromMs, toMs }) => toMs - fromMs)))
  return writes.filter(({ fromMs, toMs }) => toMs - fromMs >= bound).map(({ fromMs, toMs }) => [fromMs, toMs])
}

const writeOne = async (file: FileHandle, place: number): Promise<Write> => {
  const fromMs = epochMs(performance.now())
  await file.write(page, 0, page.length, place * page.length)
  await file.datasync()
  return { fromMs, toMs: epochMs(performance.now()) }
}

/** Writes beside everybody else until it is told to end, in the folder in which all that is measured has its data; gives when the disk was late. */
export const watchDisk = async (): Promise<() => Promise<ReadonlyArray<Stretch>>> => {
  const folder = mkdtempSync(join(tmpdir(), "hibiki-disk-"))
  const file = await open(join(folder, "pages"), "w")
  await file.write(Buffer.alloc(pages * page.length))
  await file.sync()
  const writes: Array<Write> = []
  let isOver = false
  const watching = (async () => {
    for (let place = 0; !isOver; place = (place + 1) % pages) {
      writes.push(await writeOne(file, place))
      await sleep(everyMs)
    }
  })()
  return async () => {
    isOver = true
    await watching
    await file.close()
    rmSync(folder, { recursive: true })
    return lateStretches(writes)
  }
}
