import { eastAsianWidth } from 'get-east-asian-width'

/**
 * How many terminal columns a text takes. Expects text that went through `escapeText`: control characters count as nothing.
 * Counts a grapheme once: combining marks add nothing, an emoji sequence is two columns wide.
 */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes(text)) width += graphemeWidth(segment)
  return width
}

/** The longest start of a text that fits in so many columns, ending in `…` when something was cut. */
export function cutToWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  if (columns <= 0) return ''
  let kept = ''
  let width = 0
  for (const { segment } of graphemes(text)) {
    const next = width + graphemeWidth(segment)
    if (next > columns - 1) break
    kept += segment
    width = next
  }
  return `${kept}…`
}

const ASCII = /^[\x20-\x7e]*$/
const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Mn}\p{Me}\p{Cs}]+/u
const SPACING = /[\p{Mc}\uff01-\uff9f\uffe0-\uffee]/u
const EMOJI_SHAPE =
  /^\p{Extended_Pictographic}.*(?:\ufe0f|\u200d|\p{Emoji_Modifier})|^\p{Regional_Indicator}{2}|^[\d#*]\ufe0f?\u20e3$/u

let segmenter: Intl.Segmenter | undefined

/** Made on first need: its construction takes milliseconds, and ASCII never comes here. */
function graphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return segmenter.segment(text)
}

function graphemeWidth(grapheme: string): number {
  const shown = grapheme.replace(INVISIBLE, '')
  if (shown === '') return 0
  if (EMOJI_SHAPE.test(shown)) return 2
  const [base = '', ...marks] = shown
  let width = eastAsianWidth(base.codePointAt(0) ?? 0)
  // marks that take a column of their own, as in Indic scripts and half-width kana
  for (const mark of marks) if (SPACING.test(mark)) width += eastAsianWidth(mark.codePointAt(0) ?? 0)
  return width
}
