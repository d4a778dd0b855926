import { cutToWidth, textWidth } from './text-width.js'

/**
 * What a piece of a line is, so that a painter can decide how it looks: a terminal by SGR codes, a page by classes.
 * `level` and `message` look different at each level.
 */
export type Role =
  | 'plain'
  | 'time'
  | 'level'
  | 'logger'
  | 'message'
  | 'key'
  | 'value'
  | 'punctuation'
  | 'error'
  | 'frame'
  | 'noise'

/** A piece of a line: harmless text, and what it is. */
export interface Span {
  readonly role: Role
  readonly text: string
}

/** How a placeholder fills its column. */
export interface Column {
  readonly align: 'left' | 'right' | 'center'
  /** Least columns; shorter text is padded with spaces. */
  readonly width: number
  /** Most columns; longer text is cut with `…`. */
  readonly maxWidth: number
}

/** Spans padded and cut to a column. Padding is plain, so that a background colour does not run out of its word. */
export function fitSpans(spans: readonly Span[], column: Column): readonly Span[] {
  const kept = cutSpans(spans, column.maxWidth)
  const missing = column.width - kept.reduce((sum, span) => sum + textWidth(span.text), 0)
  if (missing <= 0) return kept
  const before = column.align === 'left' ? 0 : column.align === 'right' ? missing : missing >> 1
  return [...padding(before), ...kept, ...padding(missing - before)]
}

function padding(columns: number): readonly Span[] {
  return columns === 0 ? [] : [{ role: 'plain', text: ' '.repeat(columns) }]
}

function cutSpans(spans: readonly Span[], maxWidth: number): readonly Span[] {
  if (maxWidth === Number.POSITIVE_INFINITY) return spans
  const kept: Span[] = []
  let room = maxWidth
  for (const [index, span] of spans.entries()) {
    const width = textWidth(span.text)
    const isLast = index === spans.length - 1
    // the mark that something was cut needs a column, unless this is exactly the end
    if (width < room || (isLast && width <= room)) {
      kept.push(span)
      room -= width
      continue
    }
    const text = width > room ? cutToWidth(span.text, room) : cutToWidth(`${span.text} `, room)
    kept.push({ role: span.role, text })
    break
  }
  return kept
}
