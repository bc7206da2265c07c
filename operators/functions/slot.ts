// How kernels read their state. A slot outside of it would read as undefined and make a value NaN
// in silence; the tests hold that every kernel stays inside, so no record pays for a check.

export function read(state: readonly number[], slot: number): number {
  return state[slot] as number
}
