// Before anything is painted: what was chosen in this browser. The page itself says the same a moment later.
try {
  const root = document.documentElement
  const theme = localStorage.getItem("hibiki.theme")
  if (theme === "light" || theme === "dark") root.dataset.theme = theme
  for (const pane of ["list", "details"]) {
    const width = localStorage.getItem(`hibiki.${pane}Width`)
    if (/^\d{3}$/.test(width)) root.style.setProperty(`--${pane}-width`, `${width}px`)
  }
} catch {
  // Storage is forbidden: all is as at first.
}
