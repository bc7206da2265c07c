// Writes of one kind follow each other: what one has done the next one sees, and no two open the
// same producer at once.

/** Runs each when those before it have ended, however they did. */
export function oneAtATime(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const run = last.then(act)
    // Whoever asked is told what became of it.
    last = Promise.allSettled([run])
    return run
  }
}
