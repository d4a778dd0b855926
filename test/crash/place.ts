import type { Column, Shape } from './columns.js'
import type { Row } from './rows.js'

/** Where in the matrix. */
export interface Place {
  readonly row: Row
  readonly column: Column
  readonly shape: Shape
}
