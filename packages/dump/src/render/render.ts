import { systemClock } from '@holdfast/core'
import type { DumpOptions } from '../options.js'
import { momentOf } from '../select/moment.js'
import type { Selection } from '../select/select-rows.js'
import { renderHtmlTable } from './html-table.js'
import { renderHtmlText } from './html-text.js'
import { inChunks } from './in-chunks.js'
import { renderJson } from './json.js'
import { lookOf } from './look.js'
import { selectionWords } from './selection-words.js'
import type { Tally } from './tally.js'
import { renderText } from './text.js'

const DEFAULT_TITLE = 'Holdfast dump'

/** The chunks of a dump, made as they are asked for; `tally` counts along. */
export function render({ rows, leftOut }: Selection, options: DumpOptions, tally: Tally): Generator<string, void, void> {
  const { format = 'text', title = DEFAULT_TITLE, color = false } = options
  switch (format) {
    case 'text':
      return inChunks(renderText(rows, { ...lookOf(options), color }, tally))
    case 'json':
      return inChunks(renderJson(rows, tally))
    case 'html_txt':
      return inChunks(renderHtmlText(rows, { look: lookOf(options), title }, tally))
    case 'html_table': {
      const takenAt = momentOf(options.takenAt) ?? systemClock.now()
      return inChunks(renderHtmlTable(rows, { title, takenAt, leftOut, selection: selectionWords(options) }, tally))
    }
  }
}
