const CARD =
  /(?<![0-9A-Za-z]|[0-9]\.)(?:[0-9]{12,19}|[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -]?[0-9]{1,3})?|3[0-9]{3}[ -][0-9]{6}[ -][0-9]{4,5})(?![0-9A-Za-z]|\.[0-9])/g

const MIN_CARD_CHARS = 12

/**
 * Issuer prefixes with the lengths they use. Without them one number in ten would pass the Luhn check: epoch milliseconds,
 * order numbers, snowflake ids.
 */
const ISSUERS: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]], // Visa
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]], // Mastercard
  [/^3[47]/, [15]], // American Express
  [/^(?:6011|64[4-9]|65)/, [16, 19]], // Discover
  [/^35(?:2[89]|[3-8])/, [16]], // JCB
  [/^3(?:0[0-5]|[689])/, [14]], // Diners Club
  [/^62/, [16, 17, 18, 19]], // UnionPay
  [/^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro
]

/** Replaces card numbers: 12 to 19 digits, or in groups as printed on a card, with the prefix of an issuer and a valid Luhn digit. */
export function scrubCards(text: string, replacement: string): string {
  if (!mayHoldCard(text)) return text
  return text.replace(CARD, (found) => (isCard(found.replace(/[^0-9]/g, '')) ? replacement : found))
}

/**
 * Whether there is a run of at least 12 digits, spaces and dashes in which the pattern finds anything. Looks at every twelfth character
 * only, since no such run fits between two of them: most texts are done after a few.
 */
function mayHoldCard(text: string): boolean {
  for (let i = MIN_CARD_CHARS - 1; i < text.length; i += MIN_CARD_CHARS) {
    if (!isCardCode(text.charCodeAt(i))) continue
    let start = i
    while (start > 0 && isCardCode(text.charCodeAt(start - 1))) start--
    while (i < text.length && isCardCode(text.charCodeAt(i))) i++
    // with the two characters on each side that the pattern looks at
    if (i - start >= MIN_CARD_CHARS && text.slice(Math.max(0, start - 2), i + 2).search(CARD) >= 0) return true
  }
  return false
}

function isCardCode(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 32 || code === 45
}

/** True for the digits of a card number. */
export function isCard(digits: string): boolean {
  return ISSUERS.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits)) && passesLuhn(digits)
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    const digit = digits.charCodeAt(i) - 48
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit
  }
  return sum % 10 === 0
}
