/** How many bits of colour a terminal has: 4 (16 colours), 8 (256) or 24 (any). */
export type ColorDepth = 4 | 8 | 24

/** A colour, 0 to 255 each. */
export interface Rgb {
  readonly red: number
  readonly green: number
  readonly blue: number
}

/** The SGR parameters that come nearest to a colour at a depth (ECMA-48, ISO 8613-6). */
export function rgbCodes(color: Rgb, depth: ColorDepth, isBackground: boolean): string {
  switch (depth) {
    case 24:
      return `${isBackground ? 48 : 38};2;${color.red};${color.green};${color.blue}`
    case 8:
      return `${isBackground ? 48 : 38};5;${paletteIndex(color)}`
    case 4:
      return String(basicIndex(color) + (isBackground ? 40 : 30))
  }
}

/** Values of one channel in the 6×6×6 cube of the 256 colours. */
const CUBE = [0, 95, 135, 175, 215, 255]

function paletteIndex({ red, green, blue }: Rgb): number {
  if (Math.max(red, green, blue) - Math.min(red, green, blue) < 10 && red > 3 && red < 247)
    return 232 + Math.round((red - 8) / 10.1)
  const step = (value: number): number =>
    CUBE.reduce((best, at, index) => (Math.abs(at - value) < Math.abs((CUBE[best] ?? 0) - value) ? index : best), 0)
  return 16 + 36 * step(red) + 6 * step(green) + step(blue)
}

/** 0 to 7, or 60 to 67 for the bright ones, as SGR counts them. */
function basicIndex({ red, green, blue }: Rgb): number {
  const highest = Math.max(red, green, blue)
  if (highest < 64) return 0
  const bit = (value: number): number => (value > highest * 0.6 ? 1 : 0)
  const isGray = highest - Math.min(red, green, blue) < 10
  if (isGray) return highest < 160 ? 60 : highest < 224 ? 7 : 67
  return bit(red) + 2 * bit(green) + 4 * bit(blue) + (highest > 230 ? 60 : 0)
}
