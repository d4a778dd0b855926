import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { collectDiagnostics } from '@holdfast/testkit'

describe('collectDiagnostics', () => {
  it('records pairs in order and finds payloads by name', () => {
    const diagnostics = collectDiagnostics()

    diagnostics.hook('hook_error', { error: 'x', count: 1 })
    diagnostics.hook('level_changed', { levels: { app: 'debug' }, for_ms: null })
    diagnostics.hook('hook_error', { error: 'y', count: 2 })

    assert.deepEqual(diagnostics.names, ['hook_error', 'level_changed', 'hook_error'])
    assert.deepEqual(
      diagnostics.of('hook_error').map(({ count }) => count),
      [1, 2],
    )
    assert.deepEqual(diagnostics.all[1], ['level_changed', { levels: { app: 'debug' }, for_ms: null }])
  })

  it('forgets when cleared', () => {
    const diagnostics = collectDiagnostics()
    diagnostics.hook('hook_error', { error: 'x', count: 1 })

    diagnostics.clear()

    assert.deepEqual(diagnostics.all, [])
  })
})
