import type { Aside } from './aside.js'
import { asideOfRun, asideOfService, asidePath } from './aside-directory.js'
import { AsideFiles } from './aside-files.js'

/** What a writer without a run has to know to find the place. */
export interface ServicePlace {
  readonly service: string
  readonly spoolDir?: string | undefined
  readonly spillBytes: number
}

/** Where a writer that serves a run puts records aside. */
export function openAsideOfRun(run: string, spillBytes: number): Aside {
  return new AsideFiles({ folder: () => asideOfRun(run), isNeeded: true, existing: asidePath(run), spillBytes })
}

/** The same for a writer that has no run. Nothing is made before there is something to put there. */
export function openAsideOfService({ service, spoolDir, spillBytes }: ServicePlace): Aside {
  return new AsideFiles({ folder: () => asideOfService(service, spoolDir, process.env), isNeeded: false, spillBytes })
}
