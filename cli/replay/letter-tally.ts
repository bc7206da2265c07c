// Dead letters by reason, counted while they are written: what the summary and the warnings say.
import type { DeadLetter } from '../../runtime/reference/history.ts'

export interface LetterGroup {
  /** The first of them. */
  readonly letter: DeadLetter
  letters: number
}

export class LetterTally {
  letters = 0
  readonly #groups = new Map<string, LetterGroup>()
  readonly #firsts = new Map<string, DeadLetter>()

  add(letter: DeadLetter): void {
    this.letters += 1
    const name = `${letter.step} ${letter.reason}`
    const group = this.#groups.get(name)
    if (group) group.letters += 1
    else this.#groups.set(name, { letter, letters: 1 })
    if (!this.#firsts.has(letter.step)) this.#firsts.set(letter.step, letter)
  }

  /** The commonest first. */
  get groups(): readonly LetterGroup[] {
    return [...this.#groups.values()].toSorted((a, b) => b.letters - a.letters)
  }

  /** The first of a step, or of a topic that could not be read. */
  firstOf(step: string): DeadLetter | undefined {
    return this.#firsts.get(step)
  }
}
