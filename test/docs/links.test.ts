import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, it } from 'node:test'
import { proseOf } from './fences.js'
import { allPages, type Page, ROOT, readPage } from './pages.js'

const pages = [...allPages(), readPage('llms.txt')]

describe('links between pages', () => {
  it('are there', () => {
    assert.ok(pages.length > 15)
    assert.ok(pages.flatMap(linksOf).length > 50)
  })

  for (const page of pages) {
    it(`${page.path} links to what exists`, () => {
      const broken = linksOf(page).filter((link) => faultOf(page, link) !== undefined)

      assert.deepEqual(
        broken.map((link) => `${link}: ${faultOf(page, link)}`),
        [],
      )
    })
  }
})

describe('docs/README.md', () => {
  it('leads to every page below docs/', () => {
    const index = readPage('docs/README.md')
    const linked = new Set(linksOf(index).map((link) => normalize(join('docs', link.split('#')[0] ?? ''))))
    const below = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/') && path !== 'docs/README.md')

    assert.deepEqual(
      below.filter((path) => !linked.has(path)),
      [],
    )
  })
})

/** Links to other places of the workspace, of Markdown and of HTML. */
function linksOf(page: Page): readonly string[] {
  const prose = proseOf(page).replaceAll(/`[^`]*`/g, '')
  const found = [
    ...Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link),
    ...Array.from(prose.matchAll(/(?:src|srcset|href)="([^"]+)"/g), ([, link = '']) => link),
  ]
  return found.filter((link) => !/^[a-z]+:/.test(link))
}

function faultOf({ path }: Page, link: string): string | undefined {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? path : normalize(join(dirname(path), file))
  if (!existsSync(ROOT + target)) return `there is no ${target}`
  if (anchor === undefined || statSync(ROOT + target).isDirectory() || !target.endsWith('.md')) return undefined
  return anchorsOf(readPage(target)).includes(anchor) ? undefined : `${target} has no heading for #${anchor}`
}

/** The anchors that headings get, as GitHub makes them. */
function anchorsOf(page: Page): readonly string[] {
  return Array.from(proseOf(page).matchAll(/^#{1,6} (.+)$/gm), ([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  )
}
