/** Where a process's main thread spent its time or its memory, by function and by where the code lies. */
import { existsSync, readFileSync } from "node:fs"
import { SourceMap } from "node:module"
import { fileURLToPath } from "node:url"
import type { AllocationNode, CpuProfile } from "../../../test/conformance/mutants/ServerInside.ts"

const maps = new Map<string, SourceMap | undefined>()

const mapOf = (url: string): SourceMap | undefined => {
  if (maps.has(url)) return maps.get(url)
  const path = url.startsWith("file:") ? `${fileURLToPath(url)}.map` : ""
  const map = path !== "" && existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, "utf8"))) : undefined
  maps.set(url, map)
  return map
}

const fileOf = (url: string, line: number, column: number): string => {
  const entry = mapOf(url)?.findEntry(line, column)
  const source = entry !== undefined && "originalSource" in entry ? entry.originalSource : url
  const at = entry !== undefined && "originalLine" in entry ? entry.originalLine : line
  const short = source
    .replace(/^.*node_modules\//, "")
    .replace(/^(\.\.\/)+/, "")
    .replace(/^.*packages\//, "")
  return short === "" ? "" : `${short}:${at + 1}`
}

/** Self time by where the code lies: a package, a part of node, our own folders, the collector. */
export const profileByPlace = ({
  nodes,
  samples,
  timeDeltas
}: CpuProfile): ReadonlyArray<readonly [place: string, micros: number]> => {
  const placeOf = new Map(
    nodes.map(({ callFrame: { columnNumber, functionName, lineNumber, url }, id }) => [
      id,
      place(functionName, url, lineNumber, columnNumber)
    ])
  )
  const micros = new Map<string, number>()
  samples.forEach((id, i) => {
    const where = placeOf.get(id) ?? ""
    micros.set(where, (micros.get(where) ?? 0) + (timeDeltas[i] ?? 0))
  })
  micros.delete("(idle)")
  return [...micros].sort(([, a], [, b]) => b - a)
}

const place = (functionName: string, url: string, line: number, column: number): string => {
  if (url === "") return functionName.startsWith("(") ? functionName : "native"
  if (url.startsWith("node:")) return url.replace(/^node:(internal\/)?([^/]+).*$/, "node:$2")
  const entry = mapOf(url)?.findEntry(line, column)
  const source = entry !== undefined && "originalSource" in entry ? entry.originalSource : url
  const inPackage =
    /node_modules\/((@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? /node_modules\/((@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  return (
    inPackage ??
    source
      .replace(/^(\.\.\/)+/, "")
      .split("/")
      .slice(0, -1)
      .join("/")
  )
}

export interface ProfileLine {
  readonly what: string
  readonly self: number
  readonly total: number
}

interface Node {
  readonly callFrame: CpuProfile["nodes"][number]["callFrame"]
  readonly self: number
  readonly children: ReadonlyArray<Node>
}

const linesOf = (root: Node): ReadonlyArray<ProfileLine> => {
  const lines = new Map<string, { self: number; total: number }>()
  const walk = ({ callFrame, children, self }: Node, above: ReadonlySet<string>): number => {
    const { columnNumber, functionName, lineNumber, url } = callFrame
    const name = `${functionName === "" ? "(anonymous)" : functionName} ${fileOf(url, lineNumber, columnNumber)}`.trim()
    const below = new Set(above).add(name)
    const total = children.reduce((sum, child) => sum + walk(child, below), self)
    const line = lines.get(name) ?? { self: 0, total: 0 }
    lines.set(name, { self: line.self + self, total: line.total + (above.has(name) ? 0 : total) })
    return total
  }
  walk(root, new Set())
  return [...lines]
    .filter(([what]) => what !== "(idle)" && what !== "(root)")
    .map(([what, { self, total }]) => ({ what, self, total }))
}

/** Time by function (us): in itself, and with what it called. */
export const profileTable = ({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyArray<ProfileLine> => {
  const self = new Map<number, number>()
  samples.forEach((id, i) => void self.set(id, (self.get(id) ?? 0) + (timeDeltas[i] ?? 0)))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const treeOf = (id: number): ReadonlyArray<Node> => {
    const node = byId.get(id)
    return node === undefined
      ? []
      : [{ callFrame: node.callFrame, self: self.get(id) ?? 0, children: (node.children ?? []).flatMap(treeOf) }]
  }
  return (nodes[0] === undefined ? [] : treeOf(nodes[0].id)).flatMap(linesOf)
}

/** Bytes allocated, by function. */
export const allocationTable = (head: AllocationNode): ReadonlyArray<ProfileLine> => {
  const treeOf = ({ callFrame, children, selfSize }: AllocationNode): Node => ({
    callFrame,
    self: selfSize,
    children: children.map(treeOf)
  })
  return linesOf(treeOf(head))
}
