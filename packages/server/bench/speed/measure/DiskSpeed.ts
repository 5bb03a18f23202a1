/**
 * Whether the disk answers at its own speed. What is durable waits for it, and the disk of a virtual machine is shared:
 * its host may leave a write unanswered for as long as it likes, which nothing here calls stolen. Seen only by writing,
 * and waiting for it, in a file of nobody.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { open } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { median } from "../../../../core/bench/report.ts"
import { epochMs, type Stretch } from "./Stretch.ts"

const everyMs = 20
const page = Buffer.alloc(4_096, 1)
/** As many as were written before, so that nothing but the page itself has to reach the disk. */
const pages = 64
/**
 * From how long on a write is late, and how many times the usual that has to be: some disks take several milliseconds
 * always.
 */
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

export interface DiskWatch {
  readonly begin: () => void
  /** When the disk was late since then; one that it has not answered yet counts up to now. */
  readonly end: () => ReadonlyArray<Stretch>
  readonly close: () => Promise<void>
}

/** Writes beside everybody else, in the folder in which all that is measured has its data. */
export const openDiskWatch = async (): Promise<DiskWatch> => {
  const folder = mkdtempSync(join(tmpdir(), "hibiki-disk-"))
  const file = await open(join(folder, "pages"), "w")
  await file.write(Buffer.alloc(pages * page.length))
  await file.sync()
  const writes: Array<Write> = []
  let since: number | undefined
  let isOver = false
  let watching: Promise<void> | undefined
  const watch = async () => {
    for (let place = 0; !isOver; place = (place + 1) % pages) {
      since = epochMs(performance.now())
      await file.write(page, 0, page.length, place * page.length)
      await file.datasync()
      if (!isOver) writes.push({ fromMs: since, toMs: epochMs(performance.now()) })
      since = undefined
      await sleep(everyMs)
    }
  }
  return {
    begin: () => {
      watching = watch()
    },
    end: () => {
      isOver = true
      return lateStretches(
        since === undefined ? writes : [...writes, { fromMs: since, toMs: epochMs(performance.now()) }]
      )
    },
    close: async () => {
      isOver = true
      await watching
      await file.close()
      rmSync(folder, { recursive: true })
    }
  }
}
