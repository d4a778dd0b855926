import { describeTroubles } from './describe-troubles.js'

for (const row of ['holdfast-process', 'holdfast-spool'] as const) describeTroubles(row, 'the slow one')
