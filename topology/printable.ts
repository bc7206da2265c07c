// Text of unknown origin made fit for a terminal: nothing in it moves the cursor, hides or reorders
// what is shown, and its width in columns is known, so that a caret stands under the character it
// means.

const TAB = '    '
/** Longest stretch of the user's text that a message repeats. */
const LONGEST_WORD = 60

const combining = /^[\p{Mn}\p{Me}]$/u
const hidden = /^[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]$/u
/** East Asian letters and signs, and emoji: terminals give them two columns. */
const wideLetters = /^[\u1100-\u115F\u2E80-\u303E\u3041-\u4DBF\u4E00-\uA4CF\uA960-\uA97F]$/u
const wideSigns = /^[\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]$/u
const widePictures = /^[\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]$/u

/** One character as it is shown. */
export interface Cell {
  readonly shown: string
  /** Columns that it takes. */
  readonly width: number
}

export function cellOf(character: string): Cell {
  const code = character.codePointAt(0) ?? 0
  if (code >= 0x20 && code < 0x7f) return { shown: character, width: 1 }
  if (character === '\t') return { shown: TAB, width: TAB.length }
  if (hidden.test(character)) {
    const shown = code < 0x20 ? String.fromCodePoint(0x2400 + code) : unicodeName(code)
    return { shown, width: shown.length }
  }
  if (combining.test(character)) return { shown: character, width: 0 }
  const isWide = [wideLetters, wideSigns, widePictures].some((each) => each.test(character))
  return { shown: character, width: isWide ? 2 : 1 }
}

/** `U+202E`, in angle brackets. */
function unicodeName(code: number): string {
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}

/** A line of words: hidden characters are shown, line breaks are blanks. */
export function printable(text: string): string {
  if (/^[\x20-\x7E]*$/.test(text)) return text
  let shown = ''
  for (const character of text.replaceAll(/\s*\r?\n\s*/g, ' ')) shown += cellOf(character).shown
  return shown
}

/** The user's word in double quotes, cut where it is long. */
export function quoted(word: string): string {
  const cut = word.length > LONGEST_WORD ? `${word.slice(0, LONGEST_WORD)}...` : word
  return `"${cut}"`
}
