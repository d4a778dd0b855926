/** What a file holds of the events 1 to the counter. */
export interface Findings {
  /** The counter that the victim stored. */
  readonly told: number
  readonly lost: number
  /** Copies beyond the first. */
  readonly doubled: number
  /** Events behind one with a higher number. */
  readonly disordered: number
  /** Lines that are no JSON, but for a torn last one. */
  readonly unparsable: number
  /** 1 when the file ends within a line. */
  readonly torn: number
  /** Mean length of a line with its end. */
  readonly bytesPerLine: number
}
