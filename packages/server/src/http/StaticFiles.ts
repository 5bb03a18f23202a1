/**
 * The files of the built page. They are read once, at the start. Each answer chooses the variant and the headers, and
 * whether a browser's own copy is still valid.
 */
import { createHash } from "node:crypto"
import { readdir, readFile, stat } from "node:fs/promises"
import type { IncomingHttpHeaders } from "node:http"
import { join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { brotliCompressSync, gzipSync } from "node:zlib"
import { Effect } from "effect"
import type { Answer } from "./Answer.ts"

export type Encoding = "br" | "gzip" | "identity"

export interface StaticFile {
  readonly contentType: string
  readonly cacheControl: string
  /** Weak: the same for every encoding. */
  readonly etag: string
  readonly identity: Uint8Array
  /** Only variants that are smaller than the file. */
  readonly br?: Uint8Array
  readonly gzip?: Uint8Array
}

/**
 * By path in the folder, with `/` between, such as `assets/index-C3d5.js`. A compressed variant has the name with `.br`
 * or `.gz` after it.
 */
export type FilesByName = ReadonlyMap<string, Uint8Array>

/** The file types that are served, by the end of the name; the second entry says whether the type compresses. */
const types: ReadonlyMap<string, readonly [contentType: string, isText: boolean]> = new Map([
  [".css", ["text/css; charset=utf-8", true]],
  [".html", ["text/html; charset=utf-8", true]],
  [".ico", ["image/x-icon", false]],
  [".js", ["text/javascript; charset=utf-8", true]],
  [".json", ["application/json", true]],
  [".png", ["image/png", false]],
  [".svg", ["image/svg+xml", true]],
  [".txt", ["text/plain; charset=utf-8", true]],
  [".wasm", ["application/wasm", true]],
  [".webmanifest", ["application/manifest+json", true]],
  [".webp", ["image/webp", false]],
  [".woff2", ["font/woff2", false]]
])

/** The build puts a hash of the content into these names, so that a name always means the same content. */
const hashedName = /^assets\/[^/]*-[\w-]{8}\.[a-z0-9.]+$/

/** The served files by name. Leaves out files of an unknown type. */
export const staticFiles = (files: FilesByName): ReadonlyMap<string, StaticFile> => {
  const served = new Map<string, StaticFile>()
  for (const [name, identity] of files) {
    const known = types.get(/\.[a-z0-9]+$/.exec(name)?.[0] ?? "")
    if (known === undefined) continue
    const [contentType, isText] = known
    const isHashed = hashedName.test(name)
    served.set(name, {
      contentType,
      cacheControl: isHashed ? "public, max-age=31536000, immutable" : "no-cache",
      etag: `W/"${createHash("sha256").update(identity).digest("base64url").slice(0, 27)}"`,
      identity,
      ...(isHashed ? compressedBeside(files, name) : isText ? compressed(identity) : {})
    })
  }
  return served
}

const compressedBeside = (files: FilesByName, name: string): Pick<StaticFile, "br" | "gzip"> => {
  const br = files.get(`${name}.br`)
  const gzip = files.get(`${name}.gz`)
  return { ...(br === undefined ? {} : { br }), ...(gzip === undefined ? {} : { gzip }) }
}

/**
 * A compressed variant of a file without a hashed name could be of another build. These files are few and small, so
 * they are compressed at the start.
 */
const compressed = (identity: Uint8Array): Pick<StaticFile, "br" | "gzip"> => {
  const br = brotliCompressSync(identity)
  const gzip = gzipSync(identity)
  return { ...(br.length < identity.length ? { br } : {}), ...(gzip.length < identity.length ? { gzip } : {}) }
}

/**
 * `policy`: the Content-Security-Policy of the page, also for its workers, which take it from their script's answer.
 */
export const answerFile = (file: StaticFile, requested: IncomingHttpHeaders, policy: string): Answer => {
  const headers = {
    "cache-control": file.cacheControl,
    "content-security-policy": policy,
    etag: file.etag,
    vary: "accept-encoding"
  }
  if (isSame(requested["if-none-match"], file.etag))
    return { status: 304, contentType: file.contentType, body: "", headers }
  const encoding = encodingFor(requested["accept-encoding"], (each) => file[each] !== undefined)
  return {
    status: 200,
    contentType: file.contentType,
    body: file[encoding] ?? file.identity,
    headers: encoding === "identity" ? headers : { ...headers, "content-encoding": encoding }
  }
}

/** Whether one of the browser's tags matches this one. A weak comparison: the bytes may differ by encoding. */
const isSame = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? "")
    .split(",")
    .some((each) => each.trim() === "*" || each.trim().replace(/^W\//, "") === etag.replace(/^W\//, ""))

const preferred: ReadonlyArray<Encoding> = ["br", "gzip", "identity"]

/**
 * The available encoding with the largest q-value; among equals the one with fewer bytes. Without the header, or
 * without a choice: identity.
 */
export const encodingFor = (accepted: string | undefined, has: (encoding: Encoding) => boolean): Encoding => {
  const weights = weightsOf(accepted ?? "")
  const others = weights.get("*") ?? 0
  let best: Encoding = "identity"
  let bestWeight = 0
  for (const encoding of preferred) {
    // An encoding that is not named is not accepted, except identity, which is accepted unless it is ruled out.
    const weight = weights.get(encoding) ?? (encoding === "identity" ? Math.max(others, 0.001) : others)
    if (has(encoding) && weight > bestWeight) {
      best = encoding
      bestWeight = weight
    }
  }
  return best
}

/**
 * The folder of the workspace's own built page. The path is the same from this source and from a chunk of the built
 * server.
 */
export const builtPage = fileURLToPath(new URL("../../../web/dist/", import.meta.url))

const bytesMax = 32 * 1024 * 1024

/**
 * Every file of the folder by its name there, `/` between; empty if there is no such folder. Reads the newest first and
 * 32 MB at most, and logs what it leaves out: the build keeps replaced files for a while. No request's path ever
 * reaches the file system.
 */
export const readStaticFiles = (folder: string): Effect.Effect<FilesByName> =>
  Effect.promise(() => listed(folder)).pipe(
    Effect.flatMap((found) => {
      let room = bytesMax
      const kept = found.filter(({ bytes }) => {
        room -= bytes
        return room >= 0
      })
      const omitted = found.length - kept.length
      return Effect.zipRight(
        omitted === 0
          ? Effect.void
          : Effect.logWarning(`The built page is larger than 32 MB: ${omitted} of its files are not served.`),
        Effect.promise(() => readAll(folder, kept))
      )
    })
  )

/** No honest client lists more names than this. */
const namesMax = 20

const weightsOf = (accepted: string): ReadonlyMap<string, number> => {
  const weights = new Map<string, number>()
  for (const entry of accepted.split(",", namesMax)) {
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase())
    const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2)
    // An invalid q-value rules the encoding out, so that nothing unreadable is sent.
    const weight = q === undefined ? 1 : /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q) : 0
    if (name !== "") weights.set(name === "x-gzip" ? "gzip" : name, weight)
  }
  return weights
}

interface Found {
  readonly path: string
  readonly bytes: number
  readonly at: number
}

const listed = async (folder: string): Promise<ReadonlyArray<Found>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const found: Array<Found> = []
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    // Files that the build keeps for itself.
    if (!entry.isFile() || /(?:^|[/\\])\./.test(relative(folder, path))) continue
    // A build that runs meanwhile may remove it.
    const about = await stat(path).catch(() => undefined)
    if (about !== undefined) found.push({ path, bytes: about.size, at: about.mtimeMs })
  }
  return found.sort((a, b) => b.at - a.at)
}

const readAll = async (folder: string, found: ReadonlyArray<Found>): Promise<FilesByName> => {
  const files = new Map<string, Uint8Array>()
  for (const { path } of found) {
    const content = await readFile(path).catch(() => undefined)
    if (content !== undefined) files.set(relative(folder, path).split(sep).join("/"), content)
  }
  return files
}
