// Asks the visitor: for a key or a token where the server does not know them, and once more before
// what cannot be taken back.
import { button, element, form, labelled } from './dom.ts'
import { forgetCredential, keepCredential } from './session.ts'
import { alertNote, note } from './table.ts'

/** What a header may hold: visible ASCII. */
const CREDENTIAL = /^[\x21-\x7e]+$/
let isAsking = false

/** The page begins anew with what was shown. `detail` is what the server says. */
export function askCredential(detail: string): void {
  if (isAsking) return
  isAsking = true
  const problem = element('div', {}, note(detail))
  const input = element('input', {
    ...{ type: 'password', autocomplete: 'off', required: true, spellcheck: 'false' },
  })
  const submit = (): void => {
    const text = input.value.trim()
    if (CREDENTIAL.test(text)) {
      keepCredential(text)
      location.reload()
    } else problem.replaceChildren(alertNote('A key or a token has no spaces in it.'))
  }
  const shown = dialog(
    'Sign in',
    form(
      submit,
      {},
      ...[problem, labelled('API key or token', input)],
      element('div', { class: 'bar' }, element('button', { class: 'main' }, 'Sign in')),
      note('It is kept in this tab alone.'),
    ),
  )
  // There is nothing to see behind it.
  shown.addEventListener('cancel', (event) => event.preventDefault())
  shown.showModal()
}

export function signOut(): void {
  forgetCredential()
  location.reload()
}

export function confirmed(question: string, yes: string): Promise<boolean> {
  return new Promise((resolve) => {
    const give = button(yes, () => shown.close('yes'), { class: 'main' })
    const leave = button('Cancel', () => shown.close())
    const shown = dialog(question, element('div', { class: 'bar' }, leave, give))
    shown.addEventListener('close', () => {
      shown.remove()
      resolve(shown.returnValue === 'yes')
    })
    shown.showModal()
  })
}

function dialog(title: string, ...children: readonly HTMLElement[]): HTMLDialogElement {
  const made = element('dialog', { 'aria-label': title }, element('h2', {}, title), ...children)
  document.body.append(made)
  return made
}
