// Holds where a package may be imported, for packages that would change the shape of code
// elsewhere.
import { importsByFile } from './imports.ts'
import type { Problem, Rule } from './rule.ts'

const homes = [
  {
    module: 'rxjs',
    folders: ['operators/', 'runtime/'],
    repair:
      'a step is a plain function; lifting it into RxJS happens once, in operators/ and runtime/',
  },
  {
    module: 'typescript',
    folders: ['test/'],
    repair: 'the compiler is a development tool and is not there when the engine runs',
  },
]

export const moduleHomes: Rule = {
  name: 'module-homes',
  reason: 'A library that shapes code stays where its shape is wanted.',
  find(files) {
    const problems: Problem[] = []
    for (const [path, imports] of importsByFile(files)) {
      for (const { specifier, line } of imports) {
        const home = homes.find(({ module }) => `${specifier}/`.startsWith(`${module}/`))
        if (home === undefined || home.folders.some((folder) => path.startsWith(folder))) continue
        problems.push({
          path,
          line,
          message: `"${specifier}" is imported outside ${home.folders.join(' and ')}`,
          repair: home.repair,
          about: home.module,
        })
      }
    }
    return problems
  },
}
