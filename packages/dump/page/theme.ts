const KEY = 'holdfast-dump-theme'
const THEMES = ['light', 'dark'] as const

/** Shows the page as it was chosen last time; otherwise as the system prefers. */
export function restoreTheme(): void {
  const theme = stored()
  if (theme !== undefined) document.documentElement.dataset['theme'] = theme
}

/** Switches between light and dark. */
export function nextTheme(): void {
  const isDark = (document.documentElement.dataset['theme'] ?? (prefersDark() ? 'dark' : 'light')) === 'dark'
  const theme = isDark ? 'light' : 'dark'
  document.documentElement.dataset['theme'] = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // without storage, as in a private window, the choice lasts as long as the page
  }
}

function prefersDark(): boolean {
  return matchMedia('(prefers-color-scheme: dark)').matches
}

function stored(): (typeof THEMES)[number] | undefined {
  try {
    const theme = localStorage.getItem(KEY)
    return THEMES.find((known) => known === theme)
  } catch {
    // the same: then the system decides
    return undefined
  }
}
