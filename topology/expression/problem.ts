// A mistake in the spelling of an expression, before it becomes a diagnostic: the parser knows
// offsets only.
import type { Range } from './ast.ts'

export interface Problem {
  readonly message: string
  readonly range: Range
  readonly repair?: string
}

/** Leaves the parser at the first mistake; `parse` catches it and nothing else. */
export class Refusal extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.name = 'Refusal'
    this.problem = problem
  }
}

export function refuse(message: string, start: number, end: number, repair?: string): never {
  throw new Refusal({ message, range: { start, end }, ...(repair !== undefined && { repair }) })
}
