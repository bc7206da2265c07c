// Paths of the files beside a topology. All of them start at the topology's folder, whichever file
// names them.

/** What makes a path unfit, in words that follow it, or undefined. */
export function checkFilePath(path: string): string | undefined {
  if (path.trim() === '') return 'is empty'
  if (path.includes('\\') || path.includes('\0')) return 'holds a backslash'
  if (path.startsWith('/') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)) return 'is absolute'
  return undefined
}

/** One spelling for equal paths: `a/./b/../c` is `a/c`. */
export function normalisePath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}

/** `apps/momentum/topology.yaml` in two: its folder, with the slash, and its name. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1
  return { folder: path.slice(0, at), name: path.slice(at) }
}
