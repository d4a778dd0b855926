import { parseStyle } from './style.js'

/**
 * A style, as `parseStyle` reads it, as CSS declarations: `bold red` is `font-weight:600;color:var(--red)`. The sixteen names of colours are
 * variables, so that a page can give them other values on a dark and on a light ground; `--ink` and `--paper` are text and ground.
 *
 * @param path names the option in an error
 * @throws {TemplateError} for a word that is no style
 */
export function cssStyle(text: string, path: string): string {
  parseStyle(text, 24, path)
  let ink: string | undefined
  let paper: string | undefined
  let isInverse = false
  let isBackground = false
  const declarations: string[] = []
  for (const word of text.trim().toLowerCase().replace(COMMA, ',').split(/\s+/)) {
    if (word === 'on') {
      isBackground = true
      continue
    }
    if (word === 'inverse') isInverse = true
    else if (Object.hasOwn(MODIFIERS, word)) declarations.push(MODIFIERS[word] as string)
    else if (isBackground || word.startsWith('bg_')) paper = cssColor(word.replace(/^bg_/, ''))
    else if (word !== '' && word !== 'none') ink = cssColor(word)
    isBackground = false
  }
  if (isInverse) [ink, paper] = [paper ?? 'var(--paper)', ink ?? 'var(--ink)']
  if (ink !== undefined) declarations.push(`color:${ink}`)
  if (paper !== undefined) declarations.push(`background:${paper}`)
  return declarations.join(';')
}

const COMMA = /\s*,\s*/g

const MODIFIERS: Readonly<Record<string, string>> = {
  bold: 'font-weight:600',
  dim: 'opacity:.62',
  italic: 'font-style:italic',
  underline: 'text-decoration:underline',
  strikethrough: 'text-decoration:line-through',
}

/** A name becomes a variable; `#0fd` and `rgb(0,255,213)` are CSS already. */
function cssColor(word: string): string {
  if (word.startsWith('#') || word.startsWith('rgb(')) return word
  return `var(--${word.replace('grey', 'gray').replace('_', '-')})`
}
