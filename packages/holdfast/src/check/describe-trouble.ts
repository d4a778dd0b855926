import type { Health } from '@holdfast/api'
import { cureOf } from '@holdfast/core'
import type { AdapterCheck } from './adapter-check.js'

/** What went wrong, and what to do about it: also when all went well and the adapter still misses something. */
export function describeTrouble(trouble: unknown, health: Health | null): Pick<AdapterCheck, 'error' | 'cure'> {
  const healthCure = textOf(health?.details, 'cure')
  if (trouble === undefined) return { error: null, cure: healthCure ?? null }
  const message = trouble instanceof Error ? trouble.message : String(trouble)
  const code = textOf(trouble, 'code') ?? (trouble instanceof Error ? trouble.name : 'UNKNOWN')
  return { error: { code, message }, cure: cureOf(trouble) ?? healthCure ?? null }
}

function textOf(value: unknown, key: string): string | undefined {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  return typeof text === 'string' && text !== '' ? text : undefined
}
