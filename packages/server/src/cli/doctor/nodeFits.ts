/**
 * The versions of Node that can run Hibiki: the rule of package.json's `engines`, which is that of the tools that build
 * the page.
 */
export const nodeFits = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22
}
