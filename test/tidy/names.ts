// Holds the names of files and folders: kebab-case, and no folder whose name says nothing about
// what is in it.
import type { Problem, Rule } from './rule.ts'

const segment = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/
const capitals = new Set(['README.md', 'LICENSE', 'STYLE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])
const empty = new Set(['src', 'lib', 'utils', 'util', 'common', 'core', 'helpers', 'types'])

export const names: Rule = {
  name: 'names',
  reason: 'A file is found by the word it speaks, in code, YAML and docs alike.',
  find(files) {
    return files.flatMap(({ path }) => {
      const parts = path.split('/')
      const file = parts.at(-1) ?? ''
      const problem = (message: string, repair: string, about: string): Problem[] => [
        { path, line: 1, message, repair, about },
      ]
      const bad = parts.find((part) => !segment.test(part) && !capitals.has(part))
      if (bad !== undefined) return problem(`"${bad}" is not kebab-case`, 'rename it', bad)
      const vague = [...parts.slice(0, -1), stem(file)].find((part) => empty.has(part))
      if (vague === undefined) return []
      return problem(
        `"${vague}" does not say what it holds`,
        'move what is in it to where its word lives',
        vague,
      )
    })
  },
}

function stem(file: string): string {
  return file.slice(0, file.indexOf('.') < 0 ? file.length : file.indexOf('.'))
}
