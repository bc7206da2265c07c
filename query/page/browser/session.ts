// The key or token that the visitor has shown. It stays in this tab and goes with it.

const PLACE = 'millrace-credential'

export function credential(): string | undefined {
  return sessionStorage.getItem(PLACE) ?? undefined
}

export function keepCredential(text: string): void {
  sessionStorage.setItem(PLACE, text)
}

export function forgetCredential(): void {
  sessionStorage.removeItem(PLACE)
}
