/** Goes on in the tree that it has joined until it is told to end; then says how much it logged. */
import { init, shutdown } from 'holdfast'

const EVERY_MS = 5
const log = init().get('child')
let accepted = 0
const timer = setInterval(() => {
  if (log.info('x'.repeat(200), { who: 'child', n: accepted + 1 }) === 'accepted') accepted++
}, EVERY_MS)
process.send?.('joined')
process.once('message', async () => {
  clearInterval(timer)
  await shutdown()
  process.send?.(accepted, undefined, {}, () => process.exit(0))
})
