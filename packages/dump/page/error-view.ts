import type { EventError, JsonValue } from '@holdfast/api'
import { el, manyLines, oneLine } from './dom.js'

const MAX_DEPTH = 16
const FOREIGN = /\bnode:|\/node_modules\/|\\node_modules\\|<anonymous>/

/** An error with its stack, causes and members; frames of Node and of packages step back. */
export function errorView(error: EventError, depth = 0): HTMLElement {
  const { type, message, code, stack, cause, errors, extra } = error
  const head = el('div', { class: 'error-head' }, el('b', {}, oneLine(String(type), 200)))
  if (typeof message === 'string' && message !== '') head.append(': ', el('span', { class: 'long' }, manyLines(message)))
  if (code !== undefined) head.append(' ', el('span', { class: 'field' }, el('i', {}, 'code='), oneLine(String(code), 200)))
  for (const [key, value] of Object.entries(extra ?? {})) {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    head.append(' ', el('span', { class: 'field' }, el('i', {}, `${oneLine(key, 60)}=`), oneLine(text, 300)))
  }
  const view = el('div', { class: 'error' }, head)
  const frames = framesOf(stack)
  if (frames.length > 0) view.append(el('ol', { class: 'frames' }, ...frames.map(frameView)))
  for (const [index, member] of listOf(errors).entries()) view.append(below(`${index + 1}`, member, depth))
  if (cause !== undefined) view.append(below('caused by', cause, depth))
  return view
}

function below(label: string, value: EventError | JsonValue, depth: number): HTMLElement {
  const isShaped = typeof value === 'object' && value !== null && 'type' in value && 'message' in value
  const content =
    isShaped && depth < MAX_DEPTH ? errorView(value as EventError, depth + 1) : el('div', {}, oneLine(JSON.stringify(value)))
  return el('div', { class: 'below' }, el('span', { class: 'label' }, label), content)
}

function framesOf(stack: unknown): readonly string[] {
  if (typeof stack !== 'string') return []
  const lines = stack.split('\n')
  const first = lines.findIndex((line) => /^\s+at /.test(line))
  return first === -1 ? lines.slice(1).filter((line) => line.trim() !== '') : lines.slice(first)
}

function frameView(frame: string): HTMLElement {
  const text = oneLine(frame.trim())
  return el('li', { class: FOREIGN.test(frame) ? 'foreign' : undefined }, text)
}

function listOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : []
}
