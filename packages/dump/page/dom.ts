import { escapeText } from '@holdfast/format'

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
type Child = Node | string | undefined | false

/** An element with attributes and children. Texts become text nodes: nothing here reads markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value))
  }
  for (const child of children) if (child !== undefined && child !== false) element.append(child)
  return element
}

/** A button that calls `act`. */
export function button(
  attributes: Attributes,
  act: (event: MouseEvent) => void,
  ...children: readonly Child[]
): HTMLButtonElement {
  const element = el('button', { type: 'button', ...attributes }, ...children)
  element.addEventListener('click', act)
  return element
}

/** Text of a user on one line: what could reorder or hide it is shown as an escape. */
export function oneLine(text: string, maxChars = 2000): string {
  return escapeText(text.length > maxChars ? `${text.slice(0, maxChars)}…` : text)
}

/** Text of a user with its line breaks. */
export function manyLines(text: string): string {
  return escapeText(text.replaceAll('\r\n', '\n'), { keepNewlines: true })
}
