// Loaded before anything else in a process: its wall clock is 500 days and some hours ahead. Only
// what should not look at it notices.

const AHEAD_MS = 500 * 86_400_000 + 12_345_678

const RealDate = Date

globalThis.Date = new Proxy(RealDate, {
  construct: (real, given: unknown[], target) =>
    Reflect.construct(real, given.length === 0 ? [real.now() + AHEAD_MS] : given, target) as Date,
  apply: (real) => new real(real.now() + AHEAD_MS).toString(),
  get: (real, name, receiver) =>
    name === 'now' ? () => real.now() + AHEAD_MS : (Reflect.get(real, name, receiver) as unknown),
})
