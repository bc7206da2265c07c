// Makes elements. Data becomes text and attributes and never markup, so none of it can act.

type Child = Node | string | false | undefined | readonly Child[]
type Attribute = string | number | boolean | undefined | ((event: Event) => void)
type Attributes = Readonly<Record<string, Attribute>>

/** A function is a listener of the event that it is named by; false and undefined are left out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children)
}

/** The same of a drawing. */
export function drawn<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  return filled(made, attributes, children)
}

/** A button that is no part of a form. */
export function button(
  text: string,
  onClick: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  return element('button', { type: 'button', ...attributes, click: onClick }, text)
}

/** An input or a choice with its name above it. */
export function labelled(text: string, field: HTMLElement): HTMLLabelElement {
  return element('label', { class: 'field' }, element('span', {}, text), field)
}

/** One option of a choice each; an option's value is its text if none is given. */
export function choice(
  options: readonly (readonly [value: string, text: string])[],
  attributes: Attributes = {},
): HTMLSelectElement {
  const made = options.map(([value, text]) => element('option', { value }, text))
  return element('select', attributes, ...made)
}

/** A form whose fields are read by `onSubmit` and that is never sent. */
export function form(
  onSubmit: () => void,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLFormElement {
  const submit = (event: Event): void => {
    event.preventDefault()
    onSubmit()
  }
  return element('form', { ...attributes, submit }, ...children)
}

function filled<Made extends Element>(
  made: Made,
  attributes: Attributes,
  children: readonly Child[],
): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value)
    else if (value === true) made.setAttribute(name, '')
    else if (value !== false && value !== undefined) made.setAttribute(name, String(value))
  }
  append(made, children)
  return made
}

function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue
    if (isList(child)) append(parent, child)
    else parent.append(child)
  }
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child)
}
