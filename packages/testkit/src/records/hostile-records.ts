import type { LogRecord } from '@holdfast/api'
import { makeRecord, wordOf } from './make-record.js'

/**
 * Valid records whose text tries to break lines, terminals, encodings and parsers. The message of each starts with its own word
 * (`record-000101`…), so that it can be found again in destinations that escape.
 */
export function hostileRecords(): readonly LogRecord[] {
  return HOSTILE_TEXTS.map((text, index) => {
    const seq = 101 + index
    return makeRecord({ seq, message: `${wordOf(seq)} ${text}`, logger: `logger ${text}`, extra: { [`key ${text}`]: text } })
  })
}

/** A record whose message alone has 1 MiB (1 048 576 characters of one byte). */
export function hugeRecord(): LogRecord {
  return makeRecord({ seq: 100, message: `${wordOf(100)} ${'x'.repeat(1 << 20)}` })
}

const HOSTILE_TEXTS: readonly string[] = [
  'forged\r\n{"v":1,"level":"CRITICAL"}\n',
  'line ends \n\v\f\r\u0085\u2028\u2029',
  'null \u0000 between',
  'every C0 \u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\u000e\u000f\u0010\u001a\u001b\u001f\u007f',
  'C1 \u0080\u0084\u008d\u0090\u009b31m\u009d\u009f',
  'colour \u001b[31m, title \u001b]0;owned\u0007, link \u001b]8;;http://localhost\u0007click\u001b]8;;\u0007',
  'bidi \u202eevil\u202c \u2066isolate\u2069',
  'lone \ud800 and \udfff, pair \u{1f600}',
  'byte order \ufeff\ufffe\uffff',
  'wide 日本語 👩‍👩‍👧‍👦 e\u0301',
  'quotes " \' ` \\ and %s %d {0} $\u007bx} [bold]x[/bold] <script>',
  '\\u0041 \\n \\\\ \\x1b',
]
