// "Did you mean": the known word nearest to one that is not known. Used by every rule that looks a
// name up.
import { distance } from 'fastest-levenshtein'

/** So that thousands of mistakes among thousands of names stay a matter of seconds. */
const MOST_COMPARED = 2_000

/**
 * The known word that `word` was probably meant to be, or undefined when none is near: at most one
 * edit in three characters apart (two swapped neighbours count as one), the first of equals by
 * name. Case does not count as an edit.
 */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase()
  if (wanted.length < 2) return undefined
  let best: string | undefined
  let fewest = Math.max(1, Math.floor(wanted.length / 3))
  let compared = 0
  for (const each of known) {
    compared += 1
    if (compared > MOST_COMPARED) break
    if (each === word || Math.abs(each.length - wanted.length) > fewest) continue
    const edits = editsBetween(wanted, each.toLowerCase())
    if (edits > fewest || (edits === fewest && best !== undefined && best < each)) continue
    best = each
    fewest = edits
  }
  return best
}

function editsBetween(a: string, b: string): number {
  return isSwapOf(a, b) ? 1 : distance(a, b)
}

/** Whether the words differ by one pair of swapped neighbours only, as `pirce` and `price` do. */
function isSwapOf(a: string, b: string): boolean {
  if (a.length !== b.length || a === b) return false
  let at = 0
  while (a[at] === b[at]) at += 1
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2)
}

/**
 * The repair that stands behind a caret: `did you mean "price"?`, or nothing when no word is near.
 */
export function didYouMean(word: string, known: Iterable<string>): { readonly repair?: string } {
  const meant = suggest(word, known)
  return meant === undefined ? {} : { repair: `did you mean "${meant}"?` }
}
