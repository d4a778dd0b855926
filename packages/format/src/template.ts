import { escapeText } from './escape-text.js'
import { didYouMean } from './nearest-name.js'
import { PLACEHOLDERS, type Placeholder } from './placeholders.js'
import { type Column, fitSpans } from './span.js'
import { TemplateError } from './template-error.js'

/**
 * Reads a template once into functions, one per piece. `{name}` is a placeholder, `{name:>8}` one in a column, `{{` and `}}` are braces.
 *
 * A column is `[<|>|^][width][.most]`: alignment, least and most columns; what is longer is cut with `…`.
 * Only names are read, never properties or expressions. A template without any error placeholder shows errors at its end,
 * so that no stack is lost by forgetting it.
 *
 * @throws {TemplateError} for an unknown placeholder, a bad column or a lone brace
 */
export function compileTemplate(template: string): readonly Placeholder[] {
  const pieces: Placeholder[] = []
  let showsError = false
  for (const { groups = {}, index } of template.matchAll(TOKEN)) {
    const { literal, name, column, brace } = groups
    if (brace !== undefined) throw loneBrace(template, index)
    if (literal !== undefined) pieces.push(literalPiece(literal))
    if (name === undefined) continue
    pieces.push(placeholderPiece(name, column))
    showsError ||= name.startsWith('error')
  }
  if (!showsError) pieces.push(placeholderPiece('error', undefined))
  return pieces
}

const TOKEN = /(?<literal>(?:[^{}]|\{\{|\}\})+)|\{(?<name>[^{}:]*)(?::(?<column>[^{}]*))?\}|(?<brace>[{}])/g

function literalPiece(source: string): Placeholder {
  const shown = source.replaceAll('{{', '{').replaceAll('}}', '}')
  const spans = [{ role: 'punctuation', text: escapeText(shown, { keepNewlines: true }) }] as const
  return () => spans
}

function placeholderPiece(name: string, columnText: string | undefined): Placeholder {
  const show = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined
  if (show === undefined) throw unknownPlaceholder(name)
  if (columnText === undefined) return show
  const column = parseColumn(columnText, name)
  return (event, time) => fitSpans(show(event, time), column)
}

const COLUMN = /^(?<align>[<>^])?(?<width>\d{1,3})?(?:\.(?<most>\d{1,4}))?$/
const ALIGNMENTS: Readonly<Record<string, Column['align']>> = { '<': 'left', '>': 'right', '^': 'center' }

function parseColumn(text: string, name: string): Column {
  const groups = COLUMN.exec(text)?.groups
  if (groups === undefined || text === '' || name === 'error') {
    throw new TemplateError({
      path: 'template',
      expected:
        name === 'error'
          ? 'a template whose `{error}` has no column'
          : 'a template with columns as `<8`, `>8`, `^8`, `.20` or `<8.20`',
      got: `\`{${escapeText(name)}:${escapeText(text)}}\``,
    })
  }
  const { align = '<', width = '0', most } = groups
  return {
    align: ALIGNMENTS[align] ?? 'left',
    width: Number(width),
    maxWidth: most === undefined ? Number.POSITIVE_INFINITY : Number(most),
  }
}

function unknownPlaceholder(name: string): TemplateError {
  return new TemplateError({
    path: 'template',
    expected: 'a template with known placeholders',
    got: `\`{${escapeText(name)}}\``,
    ...didYouMean(name, Object.keys(PLACEHOLDERS)),
  })
}

function loneBrace(template: string, index: number): TemplateError {
  return new TemplateError({
    path: 'template',
    expected: 'a template with paired braces',
    got: `a lone \`${template[index]}\` at character ${index + 1}`,
    hint: 'Write `{{` or `}}` for a brace.',
  })
}
