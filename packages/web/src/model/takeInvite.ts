/**
 * The invite of the link by which the page was opened. It is taken out of the address, so that it stays in no history
 * and no screenshot.
 */

const pattern = /[#?&]invite=([\w-]{8,128})/

export const takeInvite = (
  from: Pick<Location, "hash" | "pathname" | "search">,
  history: Pick<History, "replaceState">
): string | undefined => {
  const invite = pattern.exec(from.hash)?.[1] ?? pattern.exec(from.search)?.[1]
  if (invite !== undefined) history.replaceState(null, "", from.pathname)
  return invite
}
