import { randomBytes } from '../random-bytes.js'

const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567'
const LENGTH = 14

/** A new identity for a producer: 70 random bits as 14 letters and digits. */
export function newOrigin(): string {
  return Array.from(randomBytes(LENGTH), (byte) => DIGITS[byte & 31]).join('')
}
