import type { AdapterHome } from '@holdfast/api'
import { EvidenceInMarks, evidenceInLines } from './evidence.js'
import { Handover, type HandoverParts } from './handover.js'

/** What a writer with a home keeps for the next one; nothing without a home. */
export function makeHandover(
  home: AdapterHome | undefined,
  parts: Omit<HandoverParts, 'evidence' | 'stateDir'>,
): Handover | undefined {
  if (home === undefined) return undefined
  const { stateDir } = home
  const { settings, transport, issues } = parts
  const evidence =
    settings.format === 'json'
      ? evidenceInLines(settings.doubtBytes, issues)
      : new EvidenceInMarks(transport, stateDir, settings.doubtBytes, issues)
  return new Handover({ ...parts, evidence, stateDir })
}
