// Before anything is painted: the theme that was chosen in this browser. The page itself says the same a moment later.
try {
  const theme = localStorage.getItem("hibiki.theme")
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme
} catch {
  // Storage is forbidden: the system's theme it is.
}
