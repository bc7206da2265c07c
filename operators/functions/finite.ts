// Keeps kernels finite. An infinite value would make its record bad and its state be put back, and
// the next record would meet the same state again: a key could be stuck for ever. So what is beyond
// the doubles counts as the largest double.

export function finite(value: number): number {
  return value > Number.MAX_VALUE
    ? Number.MAX_VALUE
    : value < -Number.MAX_VALUE
      ? -Number.MAX_VALUE
      : value
}
