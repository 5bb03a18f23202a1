// Rewrites closures that V8 would otherwise make in the old part of its heap, where they keep alive what they were made
// for.
import { parseAst } from "vite"

const isFunction = (node) => /Function/.test(node.type)

/**
 * V8 takes the function of `a.b = () => {}` for one that stays, as a method does, and makes each closure of it in the
 * old generation.
 */
const staysByItsForm = (node) =>
  node.type === "AssignmentExpression" &&
  node.operator === "=" &&
  node.left.type === "MemberExpression" &&
  (node.right.type === "ArrowFunctionExpression" || node.right.type === "FunctionExpression")

const childrenOf = (node) =>
  Object.values(node).flatMap((value) =>
    (Array.isArray(value) ? value : [value]).filter((each) => typeof each?.type === "string")
  )

/**
 * The places of such functions, wherever they are made more than once. What is assigned outside of any function is made
 * once, and does stay.
 */
const placesIn = (program) => {
  const places = []
  const left = [[program, false]]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [node, isInFunction] = next
    if (isInFunction && staysByItsForm(node)) places.push([node.right.start, node.right.end])
    const within = isInFunction || isFunction(node)
    for (const child of childrenOf(node)) left.push([child, within])
  }
  return places
}

/**
 * `a.b = () => {}` becomes `a.b = (0, () => {})`, which is the same but for where V8 makes it: a function that is
 * assigned to a property has no name in either form. Columns that a source map tells on such a line are four off behind
 * it.
 */
export const youngClosures = (code) => {
  const edits = placesIn(parseAst(code)).flatMap(([start, end]) => [
    [start, "(0, "],
    [end, ")"]
  ])
  let [done, written] = [0, ""]
  // Where one ends and another begins at one place, none is inside of the other, so their order is that of their
  // places.
  for (const [at, text] of edits.sort(([one], [other]) => one - other)) {
    written += code.slice(done, at) + text
    done = at
  }
  return written + code.slice(done)
}
