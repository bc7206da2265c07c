// Holds that a clone works anywhere: no path of one machine, no registry's host, no addresses in
// the lock file.
import type { Problem, Rule } from './rule.ts'

const traces = [
  {
    pattern:
      /(?<![\w.\\*})\]-])\/(?:work|root|tmp\/brief|home\/[\w-]+|Users\/[\w-]+)(?=$|[/\s'"`),;:])/,
    message: 'a path of one machine',
    repair: 'write it relative to the repository, or take it as an argument',
  },
  {
    pattern: /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.\w+|\bregistry\s*=\s*\S*:\/\//,
    message: "a registry's host",
    repair: 'leave the registry to the configuration of the machine',
  },
  {
    pattern: /"resolved":/,
    only: 'package-lock.json',
    message: 'an address in the lock file',
    repair: 'run npm install with the .npmrc of the repository, which leaves addresses out',
  },
]

export const machinePaths: Rule = {
  name: 'machine-paths',
  reason: 'What works on one machine by its path or its registry fails on the next.',
  find(files) {
    return files.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) =>
        traces.flatMap(({ pattern, only, message, repair }): readonly Problem[] => {
          if (only !== undefined && only !== path) return []
          const about = pattern.exec(line)?.[0]
          return about === undefined ? [] : [{ path, line: index + 1, message, repair, about }]
        }),
      ),
    )
  },
}
