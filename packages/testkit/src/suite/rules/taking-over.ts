import assert from 'node:assert/strict'
import { makeRecords } from '../../records/make-records.js'
import { outcomeWithin } from '../outcome-within.js'
import type { Chapter } from '../rule.js'

const ORIGIN = 'testkit000001'
const OTHER_ORIGIN = 'testkit000002'

/** What `resume` promises, where an adapter has it. A predecessor that was killed is one that nobody closes. */
export const TAKING_OVER: Chapter = {
  title: 'Taking over from a writer that was killed',
  rules: [
    {
      title: 'MUST name in `resume` the highest `seq` of each origin in the last batch that it accepted',
      ifHas: ['resume'],
      bothWays: true,
      check: async (room) => {
        const killed = room.openAtHome()
        const others = makeRecords(2, { origin: OTHER_ORIGIN, seq: 7 })
        await room.write(killed, [...makeRecords(2), ...others, ...makeRecords(1, { seq: 3 })])

        const known = room.openAtHome().resume?.()

        assert.deepEqual([known?.get(ORIGIN), known?.get(OTHER_ORIGIN)], [3, 8])
      },
    },
    {
      title: 'MUST name nothing in `resume` that the destination does not have',
      ifHas: ['resume'],
      needs: ['breakIt'],
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(4)
        const killed = room.openAtHome()
        await room.write(killed, records.slice(0, 2))
        const heal = await room.breakIt()
        await outcomeWithin(room.settleMs, () => room.write(killed, records.slice(2)))
        await heal()

        const known = room.openAtHome().resume?.().get(ORIGIN) ?? 0

        const arrived = Math.max(0, ...(await room.arrivals(records)).map((index) => index + 1))
        assert.ok(known <= arrived, `Expected \`resume\` to name at most seq ${arrived}, which has arrived, got ${known}.`)
      },
    },
    {
      title: 'MUST never throw from `resume`',
      ifHas: ['resume'],
      check: async (room) => {
        const answers = [room.openAtHome().resume?.()]
        await room.write(room.openAtHome(), makeRecords(2))
        await room.damageHome()
        answers.push(room.openAtHome().resume?.())
        const successor = room.openAtHome()
        if (room.suite.breakIt !== undefined) await room.breakIt()
        answers.push(successor.resume?.())

        assert.ok(answers.every((answer) => answer instanceof Map))
      },
    },
  ],
}
