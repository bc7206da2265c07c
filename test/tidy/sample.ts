// Small bad repositories for the tests of the rules: text by path in, one line per problem out.
import type { Rule } from './rule.ts'

/**
 * What `rule` finds in a repository of these files: `path:line about` or, without an about,
 * `path:line message`.
 */
export function findIn(rule: Rule, texts: Readonly<Record<string, string>>): readonly string[] {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }))
  return rule
    .find(files)
    .map((problem) => `${problem.path}:${problem.line} ${problem.about ?? problem.message}`)
}
