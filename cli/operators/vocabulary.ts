// All that a topology's author can use: the catalogue's operators and functions, and the
// language's own functions.
import { pureFunctions } from '../../topology/expression/functions/index.ts'
import type { Catalogue } from '../../topology/signature.ts'
import { describeFunction } from './describe-function.ts'
import { describeOperator } from './describe-operator.ts'
import type { Vocabulary } from './text.ts'

export function vocabularyOf({
  operators,
  functions,
}: Pick<Catalogue, 'operators' | 'functions'>): Vocabulary {
  return {
    operators: [...operators.values()].map(describeOperator),
    functions: [...functions.values(), ...pureFunctions.values()].map(describeFunction),
  }
}
