import { readdirSync, readFileSync } from 'node:fs'

/** The most that writers were seen to have. */
export interface Peak {
  /** Memory of their own, without the mapped rings. */
  bytes: number
  descriptors: number
}

/** Looks at a process. Linux only; elsewhere the peak stays 0. */
export function measure(pid: number, peak: Peak): void {
  try {
    const [, kilobytes = '0'] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    peak.bytes = Math.max(peak.bytes, Number(kilobytes) * 1024)
    peak.descriptors = Math.max(peak.descriptors, readdirSync(`/proc/${pid}/fd`).length)
  } catch {
    return // it has just ended
  }
}
