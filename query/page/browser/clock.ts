// The page's clock: what is asked again, and what waits. Nothing that is shown depends on it but
// how fresh it is.

/** Runs `act` now and again while the page is looked at; gives the way to end it. */
export function every(ms: number, act: () => void): () => void {
  const tick = (): void => {
    if (!document.hidden) act()
  }
  const timer = setInterval(tick, ms)
  document.addEventListener('visibilitychange', tick)
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', tick)
  }
}

/** Runs `act` once after a while; gives the way to stop it. */
export function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

/** Runs `act` at most once in so many milliseconds, the last time after the last call. */
export function throttled(ms: number, act: () => void): () => void {
  let isWaiting = false
  return () => {
    if (isWaiting) return
    isWaiting = true
    after(ms, () => {
      isWaiting = false
      act()
    })
  }
}
