import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EventError } from '@holdfast/api'
import { createFormatter } from '@holdfast/format'
import { CHUNK_ERROR, MANY_ERRORS, makeEvent } from './events.js'

function lines(error: EventError, color = false): readonly string[] {
  const text = createFormatter({ template: '{error}', color })(makeEvent({ error }))
  return text.replaceAll('\u001b', '␛').split('\n').slice(1)
}

describe('an error below its event', () => {
  test('shows type, message, properties, frames and its cause without the frames they share', () => {
    assert.deepEqual(lines(CHUNK_ERROR), [
      '    ChunkError: chunk 4 could not be read chunk=4',
      '      it was there a minute ago',
      '        at check (/srv/encoder/src/check.ts:15:11)',
      '        at async encode (/srv/encoder/src/encode.ts:112:5)',
      '        at async worker (/srv/encoder/src/worker.ts:31:3)',
      "    caused by Error: ENOENT: no such file or directory, open '/data/in/4.mkv' code=ENOENT",
      '        at async open (node:internal/fs/promises:639:25)',
      '        … 2 frames as above',
    ])
  })

  test('shows the members of an AggregateError, further in and numbered', () => {
    assert.deepEqual(lines(MANY_ERRORS), [
      '    AggregateError: all mirrors failed',
      '        at fetchAny (/srv/encoder/node_modules/mirrors/index.js:7:9)',
      '        [1] TimeoutError: mirror-1',
      '            at get (/srv/encoder/src/get.ts:3:1)',
      '        [2] "mirror-2: refused"',
    ])
  })

  test('shows its head once when the stack says more than type and message', () => {
    const error = { type: 'TypeError', message: 'bad', code: 'ERR_X', stack: 'TypeError [ERR_X]: bad\n    at f (/a.js:1:1)' }

    assert.deepEqual(lines(error), ['    TypeError: bad code=ERR_X', '        at f (/a.js:1:1)'])
  })

  test('finds the frames when the message was changed on the way', () => {
    const error = { type: 'Error', message: 'token [REDACTED]', stack: 'Error: token abc\n    at f (/a.js:1:1)' }

    assert.deepEqual(lines(error), ['    Error: token [REDACTED]', '        at f (/a.js:1:1)'])
  })

  test('does without message and stack', () => {
    assert.deepEqual(lines({ type: 'Error', message: '' }), ['    Error'])
    assert.deepEqual(lines({ type: 'Error', message: '', stack: 'Error\n    at f (/a.js:1:1)' }), [
      '    Error',
      '        at f (/a.js:1:1)',
    ])
  })

  test('shows a cause that is no error as a value', () => {
    assert.deepEqual(lines({ type: 'Error', message: 'm', cause: { status: 500 } }), [
      '    Error: m',
      '    caused by {"status":500}',
    ])
  })

  test('names very deep causes instead of following them for ever', () => {
    let error: EventError = { type: 'Error', message: 'root' }
    for (let depth = 0; depth < 1000; depth++) error = { type: 'Error', message: `level ${depth}`, cause: error }

    assert.ok(lines(error).length < 25)
    assert.match(lines(error).at(-1) ?? '', /^ {4}caused by "Error: level \d+"$/)
  })

  test('lets frames of the application stand out from those of Node and packages', () => {
    const shown = lines(CHUNK_ERROR, true)

    assert.match(shown[2] ?? '', /␛\[22mcheck \(/)
    assert.match(shown[6] ?? '', /␛\[2mat async open \(node:.*␛\[22m$/)
  })

  test('shows the stacks of errors among the fields, under their keys', () => {
    const event = makeEvent({ extra: { second: { type: 'E', message: 'm', stack: 'E: m\n    at f (/a.js:1:1)' } } })

    assert.equal(
      createFormatter({ color: false, template: '{extra}' })(event),
      '  second="E: m"\n    second: E: m\n        at f (/a.js:1:1)',
    )
  })
})
