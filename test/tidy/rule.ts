// The contract of a house rule: a pure function from the repository's files to what breaks the
// rule. `test/tidy.test.ts` runs every rule over the repository, and each rule's own test over
// small samples.

export interface RepositoryFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string
  readonly text: string
}

export interface Problem {
  readonly path: string
  /** One-based. */
  readonly line: number
  readonly message: string
  readonly repair: string
  /** What the rule found there, so that an exception can excuse that and nothing else. */
  readonly about?: string
}

export interface Rule {
  /** The name that the table of exceptions uses. */
  readonly name: string
  /** Why the rule exists, as a sentence. */
  readonly reason: string
  readonly find: (files: readonly RepositoryFile[]) => readonly Problem[]
}

/** One line that an editor's terminal turns into a link. */
export function render(problem: Problem): string {
  return `${problem.path}:${problem.line} ${problem.message}; ${problem.repair}`
}
