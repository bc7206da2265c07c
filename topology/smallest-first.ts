// A queue that gives the smallest of what is in it first: words for ties in a topological order,
// feedback by time. A list is too slow for many.

export interface SmallestFirst<T> {
  readonly add: (item: T) => void
  readonly take: () => T | undefined
}

/** `isBefore` is a strict order of the items; of equal ones any may come first. */
export function smallestFirst<T>(isBefore: (a: T, b: T) => boolean): SmallestFirst<T> {
  const heap: T[] = []
  const at = (index: number): T => heap[index] as T
  const swap = (a: number, b: number): void => {
    const kept = at(a)
    heap[a] = at(b)
    heap[b] = kept
  }
  return {
    add: (item) => {
      heap.push(item)
      for (let child = heap.length - 1; child > 0;) {
        const parent = (child - 1) >> 1
        if (!isBefore(at(child), at(parent))) break
        swap(parent, child)
        child = parent
      }
    },
    take: () => {
      const [first] = heap
      const last = heap.pop()
      if (heap.length === 0 || last === undefined) return first
      heap[0] = last
      for (let parent = 0; ;) {
        const left = 2 * parent + 1
        const right = left + 1
        let least = parent
        if (left < heap.length && isBefore(at(left), at(least))) least = left
        if (right < heap.length && isBefore(at(right), at(least))) least = right
        if (least === parent) return first
        swap(parent, least)
        parent = least
      }
    },
  }
}
