// A queue that gives the smallest word first: ties in a topological order go by id, and a list is
// too slow for many.

export interface SmallestFirst {
  readonly add: (word: string) => void
  readonly take: () => string | undefined
}

export function smallestFirst(): SmallestFirst {
  const heap: string[] = []
  const at = (index: number): string => heap[index] ?? ''
  const swap = (a: number, b: number): void => {
    const kept = at(a)
    heap[a] = at(b)
    heap[b] = kept
  }
  return {
    add: (word) => {
      heap.push(word)
      for (let child = heap.length - 1; child > 0;) {
        const parent = (child - 1) >> 1
        if (at(parent) <= at(child)) break
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
        if (left < heap.length && at(left) < at(least)) least = left
        if (right < heap.length && at(right) < at(least)) least = right
        if (least === parent) return first
        swap(parent, least)
        parent = least
      }
    },
  }
}
