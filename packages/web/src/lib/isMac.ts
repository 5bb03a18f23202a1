/** Whether the keyboard is one of a Mac, where Command does what Ctrl does elsewhere. */
export const isMac = /^Mac|iPhone|iPad/.test(navigator.platform)
