/** The code in what somebody pasted: the code itself, or a link that carries it. */
export const inviteCode = (typed: string): string => {
  const text = typed.trim()
  const at = text.search(/[#?&]invite=/)
  if (at < 0) return text
  const code = text.slice(text.indexOf("=", at) + 1).split(/[&#\s]/)[0] ?? ""
  try {
    return decodeURIComponent(code)
  } catch {
    return code
  }
}
