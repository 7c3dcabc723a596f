/**
 * Sets the chosen theme on <html> before the first paint. It runs as a classic
 * script in the head and must therefore import and export nothing; the values
 * are those of shared/theme.
 */
try {
  const theme = localStorage.getItem('treeline.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the page follows the system.
}
