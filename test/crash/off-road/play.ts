import { shutdown } from 'holdfast'
import type { RowId } from '../rows.js'
import type { Trouble } from './trouble.js'
import { Victim } from './victim.js'

/** Plays a scene: `play.js ROW TROUBLE FOLDER NAME`; names may have a number behind a dash. */
async function main([row, trouble, folder, who]: readonly string[]): Promise<void> {
  const module = (await import(`./troubles/${trouble}.js`)) as { readonly trouble: Trouble }
  const scene = module.trouble.scenes[String(who).split('-')[0] as string]
  if (scene === undefined) throw new Error(`Expected a scene of ${trouble}, got ${who}.`)
  await scene(new Victim(row as RowId, String(folder), String(who)))
  await shutdown({ timeoutMs: 20_000 })
}

await main(process.argv.slice(2))
