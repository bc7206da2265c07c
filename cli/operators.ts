// millrace operators [NAME]: the words of the language, and what one of them means.
import type { Command } from 'commander'
import { suggest } from '../topology/suggest.ts'
import { catalogue } from './catalogue.ts'
import type { Io } from './io.ts'
import { FileProblem } from './load-topology.ts'
import { functionText, listText, operatorText } from './operators/text.ts'
import { vocabularyOf } from './operators/vocabulary.ts'

export function registerOperators(program: Command, io: Io): void {
  program
    .command('operators')
    .summary('list operators and functions, or explain one')
    .description(
      'Lists the operators that steps use and the functions that expressions use. ' +
        'With a name: its configuration, fates and an example.',
    )
    .argument('[name]', 'an operator or a function')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExamples:\n  millrace operators bars\n  millrace operators ema')
    .action((name: string | undefined, options: { json?: true }) => {
      const all = vocabularyOf(catalogue)
      const print = (value: unknown): void => io.out(`${JSON.stringify(value, null, 2)}\n`)
      if (name === undefined) {
        if (options.json) print(all)
        else io.out(listText(all, io.columns))
        return
      }
      const operators = all.operators.filter((each) => each.name === name)
      const functions = all.functions.filter((each) => each.name === name)
      if (operators.length + functions.length === 0) throw new FileProblem(unknown(name))
      if (options.json) {
        print([...operators, ...functions][0])
        return
      }
      const texts = [
        ...operators.map((each) => operatorText(each, io.columns)),
        ...functions.map((each) => functionText(each, io.columns)),
      ]
      io.out(texts.join('\n'))
    })

  function unknown(name: string): string {
    const { operators, functions } = vocabularyOf(catalogue)
    const meant = suggest(
      name,
      [...operators, ...functions].map((each) => each.name),
    )
    const hint = meant === undefined ? 'millrace operators lists all' : `did you mean "${meant}"?`
    return `no operator or function is called "${name}": ${hint}`
  }
}
