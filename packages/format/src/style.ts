import kleur from 'kleur'
import { type ColorDepth, type Rgb, rgbCodes } from './color-depth.js'
import { didYouMean } from './nearest-name.js'
import { TemplateError } from './template-error.js'

/** What to write before and after a text to have it in a style. */
export interface Style {
  readonly open: string
  readonly close: string
}

export const NO_STYLE: Style = { open: '', close: '' }

/**
 * Reads a style: words from `bold dim italic underline inverse strikethrough`, a colour (`red`, `bright_red`, `gray`, `#00ffd5`, `rgb(0,255,213)`)
 * and a background (`bg_red`, `on red`, `on #222`), separated by spaces.
 *
 * @param path names the option in an error
 * @throws {TemplateError} for a word that is no style
 */
export function parseStyle(text: string, depth: ColorDepth, path: string): Style {
  let open = ''
  let close = ''
  let ground: Ground = 'text'
  for (const word of text
    .trim()
    .toLowerCase()
    .replace(/\s*,\s*/g, ',')
    .split(/\s+/)) {
    if (word === '' || word === 'none') continue
    if (word === 'on') {
      ground = 'background'
      continue
    }
    const style = wordStyle(word, ground, depth)
    if (style === undefined) throw unknownWord(text, word, path)
    open += style.open
    close = style.close + close
    ground = 'text'
  }
  return { open, close }
}

type Ground = 'text' | 'background'

const MODIFIERS = ['bold', 'dim', 'italic', 'underline', 'inverse', 'strikethrough'] as const
const COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const
const BACKGROUNDS = ['bgBlack', 'bgRed', 'bgGreen', 'bgYellow', 'bgBlue', 'bgMagenta', 'bgCyan', 'bgWhite'] as const

const WORDS: ReadonlyMap<string, Style> = new Map<string, Style>([
  ...MODIFIERS.map((name) => [name, kleurStyle(name)] as const),
  ...COLORS.map((name) => [name, kleurStyle(name)] as const),
  ...BACKGROUNDS.map((name) => [`bg_${name.slice(2).toLowerCase()}`, kleurStyle(name)] as const),
  ...COLORS.map((name, index) => [`bright_${name}`, sgr(`${90 + index}`, '39')] as const),
  ...COLORS.map((name, index) => [`bg_bright_${name}`, sgr(`${100 + index}`, '49')] as const),
  ['gray', kleurStyle('gray')],
  ['grey', kleurStyle('grey')],
  ['bg_gray', sgr('100', '49')],
  ['bg_grey', sgr('100', '49')],
])

function wordStyle(word: string, ground: Ground, depth: ColorDepth): Style | undefined {
  const isBackground = ground === 'background' || word.startsWith('bg_')
  const color = parseRgb(word.replace(/^bg_/, ''))
  if (color !== undefined) return sgr(rgbCodes(color, depth, isBackground), isBackground ? '49' : '39')
  return WORDS.get(ground === 'background' ? `bg_${word}` : word)
}

const HEX = /^#(?:([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})|([0-9a-f])([0-9a-f])([0-9a-f]))$/
const RGB = /^rgb\((\d{1,3}),(\d{1,3}),(\d{1,3})\)$/

function parseRgb(word: string): Rgb | undefined {
  const hex = HEX.exec(word)
  if (hex !== null) {
    const [, r, g, b, r1 = '', g1 = '', b1 = ''] = hex
    const digits = [r ?? r1 + r1, g ?? g1 + g1, b ?? b1 + b1]
    return toRgb(digits.map((pair) => Number.parseInt(pair, 16)))
  }
  const rgb = RGB.exec(word)
  return rgb === null ? undefined : toRgb(rgb.slice(1).map(Number))
}

function toRgb([red = 0, green = 0, blue = 0]: readonly number[]): Rgb | undefined {
  return Math.max(red, green, blue) > 255 ? undefined : { red, green, blue }
}

type KleurName = (typeof MODIFIERS)[number] | (typeof COLORS)[number] | (typeof BACKGROUNDS)[number] | 'gray' | 'grey'

/**
 * kleur answers with plain text when it decided, from stdout and at import, that there is no colour; and that switch belongs to the
 * application. Its chains carry the codes either way: they are read once, and its version is pinned for that.
 */
function kleurStyle(name: KleurName): Style {
  const { keys } = kleur[name]() as unknown as { readonly keys: readonly Style[] }
  const [codes] = keys
  return { open: codes?.open ?? '', close: codes?.close ?? '' }
}

function sgr(open: string, close: string): Style {
  return { open: `\u001b[${open}m`, close: `\u001b[${close}m` }
}

function unknownWord(text: string, word: string, path: string): TemplateError {
  return new TemplateError({
    path,
    expected: 'style words as `bold`, `red`, `bg_red`, `on red`, `#00ffd5` or `rgb(0,255,213)`',
    got: JSON.stringify(text),
    ...didYouMean(word, WORDS.keys()),
  })
}
