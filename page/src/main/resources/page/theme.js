// Runs before anything is painted, so that a dark page never flashes white. Not a module: those run later.
try {
  const theme = localStorage.getItem('budget-theme')
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme
  }
} catch {
  // Without storage the system's theme holds.
}
