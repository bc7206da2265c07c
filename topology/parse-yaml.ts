// Runs the YAML package over a text token by token, so that depth is bounded before anything
// recurses, and says in our words what it found wrong.
import { Composer, Lexer, Parser } from 'yaml'
import type { CST, Document } from 'yaml'
import { createScanner } from './scan-yaml.ts'
import { inWords } from './yaml-mistakes.ts'
import type { YamlMistake } from './yaml-mistakes.ts'

/** Maps and lists inside each other. Whatever recurses over a tree may rely on it. */
export const DEEPEST = 64

/** Tokens of one file: words, marks, blanks. Ten thousand steps take about half of it. */
export const MOST_TOKENS = 400_000

export interface ParsedYaml {
  /** The first document; undefined when the text has none or nests too deep. */
  readonly document: Document.Parsed | undefined
  readonly mistakes: readonly YamlMistake[]
}

export function parseYaml(text: string): ParsedYaml {
  const parser = new Parser()
  const scanner = createScanner()
  const reader = createReader(text)
  let tokens = 0
  const refuse = (message: string, repair: string): ParsedYaml => {
    const at = { start: parser.offset - 1, end: parser.offset, code: 'size-bounded' }
    const mistakes = [...scanner.mistakes, { ...at, message, repair, breaks: true }]
    return { document: undefined, mistakes }
  }
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1
    if (tokens > MOST_TOKENS) {
      const message = `the file has more than ${MOST_TOKENS} words and marks`
      return refuse(message, 'split it with `include`, or put data into a data file')
    }
    scanner.take(lexeme, parser.offset)
    for (const token of parser.next(lexeme)) reader.take(token)
    if (isTooDeep(parser)) {
      return refuse(`maps and lists nest more than ${DEEPEST} deep`, 'nest less')
    }
  }
  for (const token of parser.end()) reader.take(token)
  scanner.end(text.length)
  const { document, mistakes, errors } = reader.end()
  const found = [...scanner.mistakes, ...mistakes, ...inWords(errors, text, scanner)]
  return { document, mistakes: found }
}

/**
 * The parser stops at the first token beyond the bound, so one place of its stack is enough to
 * look at.
 */
function isTooDeep(parser: Parser): boolean {
  const type = parser.stack[DEEPEST + 1]?.type
  return type === 'block-map' || type === 'block-seq' || type === 'flow-collection'
}

/**
 * Makes the first document out of the parser's tokens; a second one is a mistake and is not read.
 */
function createReader(text: string) {
  const composer = new Composer({
    uniqueKeys: false,
    schema: 'core',
    resolveKnownTags: false,
    merge: false,
  })
  const composed: Document.Parsed[] = []
  const mistakes: YamlMistake[] = []
  let documents = 0
  let strays = 0
  return {
    take: (token: CST.Token): void => {
      if (token.type === 'document') {
        documents += 1
        if (documents === 2) mistakes.push(secondDocument(token, text))
      }
      // What cannot stand where it does makes the rest of the document the same; it is said once.
      if (token.type === 'error' && (strays += 1) > 1) return
      // A directive could change the meaning of what follows; the scanner has refused it.
      if (token.type === 'directive' || documents > 1) return
      composed.push(...(composer.next(token) as Iterable<Document.Parsed>))
    },
    end: () => {
      composed.push(...(composer.end() as Iterable<Document.Parsed>))
      const [document] = composed
      const errors = [...(document?.errors ?? []), ...composer.streamInfo().errors]
      return { document, mistakes, errors }
    },
  }
}

function secondDocument({ offset }: CST.Document, text: string): YamlMistake {
  const end = offset + (text.startsWith('---', offset) ? 3 : 1)
  const message = 'a second document begins in the file'
  const repair = 'write one topology a file'
  return { start: offset, end, code: 'yaml-plain', message, repair, breaks: false }
}
