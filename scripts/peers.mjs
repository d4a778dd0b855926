import { capture, StepFailed, step } from './step.mjs'

/**
 * Installs what some tests need beside Node, where that is possible. What is missing skips those tests, with the reason;
 * under HOLDFAST_REQUIRE_PEERS=1 it is an error.
 */
export async function provisionPeers() {
  if (process.platform === 'win32') return
  await step('peers', async () => {
    const { code, output } = await capture('/bin/sh', ['scripts/provision-peers.sh'])
    if (code !== 0 && process.env.HOLDFAST_REQUIRE_PEERS === '1') throw new StepFailed('HOLDFAST_REQUIRE_PEERS is 1', output)
    return output.trim().split('\n').at(-1) || null
  })
}
