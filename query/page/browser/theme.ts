// Light or dark: as the system has it, until the visitor has chosen. The choice stays in this
// browser.
import { button } from './dom.ts'

const PLACE = 'millrace-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

/** Calls `act` when the colours have changed; gives the way to end it. */
export function onTheme(act: () => void): () => void {
  listeners.add(act)
  return () => listeners.delete(act)
}

export function themeSwitch(): HTMLButtonElement {
  const made = button('', () => toggle())
  const show = (): void => {
    made.textContent = isDark() ? '☀' : '☾'
    const label = isDark() ? 'Light colours' : 'Dark colours'
    made.setAttribute('aria-label', label)
    made.title = label
    for (const act of listeners) act()
  }
  const toggle = (): void => {
    localStorage.setItem(PLACE, isDark() ? 'light' : 'dark')
    applyTheme()
    show()
  }
  system.addEventListener('change', show)
  show()
  return made
}

export function applyTheme(): void {
  const chosen = localStorage.getItem(PLACE)
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme
  return chosen === undefined ? system.matches : chosen === 'dark'
}
