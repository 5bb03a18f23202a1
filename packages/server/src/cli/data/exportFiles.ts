/**
 * Exports as files or streams: written and read line by line, compressed by gzip or plain. `-` is the standard output
 * or input.
 */
import { createReadStream, createWriteStream } from "node:fs"
import { PassThrough, Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createGunzip, createGzip } from "node:zlib"

/** Far above the longest row. */
const lineMax = 4_194_304

/** The input is no export, or an incomplete one. */
export class BrokenExport extends Error {}

export interface LineSink {
  /** Completes when there is room for more. */
  readonly write: (lines: ReadonlyArray<string>) => Promise<void>
  /** Completes when everything is written. */
  readonly end: () => Promise<void>
  readonly abort: () => void
}

/** A new file is readable by its owner only. */
export const openSink = (path: string, packed: boolean): LineSink =>
  path === "-"
    ? sinkTo(process.stdout, { packed, ends: false })
    : sinkTo(createWriteStream(path, { flags: "wx", mode: 0o600 }), { packed, ends: true })

/** `ends`: also ends the target when the export ends. */
export const sinkTo = (
  target: NodeJS.WritableStream,
  { ends, packed }: { readonly packed: boolean; readonly ends: boolean }
): LineSink => {
  const head = new PassThrough()
  const end = { end: ends }
  const done = packed ? pipeline(head, createGzip(), target, end) : pipeline(head, target, end)
  let failed: (reason: unknown) => void = () => undefined
  done.catch((reason: unknown) => failed(reason))
  return {
    write: (lines) =>
      lines.length === 0
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            // If the target fails during a write, nothing calls the write back.
            failed = reject
            // The pipeline knows the reason; this write knows only that the target is gone.
            head.write(`${lines.join("\n")}\n`, (error) => (error ? done.then(() => reject(error), reject) : resolve()))
          }),
    end: () => {
      head.end()
      return done
    },
    abort: () => void head.destroy()
  }
}

/** Yields lines, as many at a time as arrived together. */
export async function* readLines(path: string): AsyncGenerator<ReadonlyArray<string>, void, undefined> {
  const decoder = new TextDecoder("utf8", { fatal: true })
  let rest = ""
  try {
    for await (const chunk of unpacked(path === "-" ? process.stdin : createReadStream(path))) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n")
      rest = lines.pop() ?? ""
      if (rest.length > lineMax) throw new BrokenExport("it has lines that are too long")
      if (lines.length > 0) yield lines
    }
  } catch (error) {
    throw asBroken(error)
  }
  if (rest !== "") throw new BrokenExport("it is cut short")
}

const asBroken = (error: unknown): unknown => {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  if (code === "Z_BUF_ERROR") return new BrokenExport("it is cut short")
  if (code === "Z_DATA_ERROR") return new BrokenExport("it is damaged")
  return code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? new BrokenExport("it is no text") : error
}

/** The first bytes identify gzip. */
async function* unpacked(source: Readable): AsyncGenerator<Buffer, void, undefined> {
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
  const first = await chunks.next()
  if (first.done) return
  const all = withFirst(first.value, chunks)
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) return yield* all
  const gunzip = createGunzip()
  const packed = pipeline(Readable.from(all), gunzip)
  packed.catch(() => undefined)
  yield* gunzip
  await packed
}

async function* withFirst(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield first
  for (;;) {
    const next = await rest.next()
    if (next.done) return
    yield next.value
  }
}
