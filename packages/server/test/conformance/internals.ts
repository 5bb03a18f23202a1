/**
 * What no answer and no line of a log may hold: a stack, a place in the code, the words of a database or of the
 * runtime.
 */

const internals =
  /\n\s+at |\bat (?:async )?[\w$.<> ]*\(?(?:file:|node:|\/)|node_modules|\.[cm]?[jt]s:\d+|\bE(?:CONN|PIPE|ADDR|NOENT)|SQLSTATE|pglite|duplicate key|violates|syntax error|FiberFailure|\b(?:Type|Range|Reference|Syntax|Parse|Assertion)Error\b|is not a function|Cannot read prop/i

export const internalsIn = (text: string): string | undefined => internals.exec(text)?.[0]
