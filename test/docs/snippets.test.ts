import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type Fence, fencesOf } from './fences.js'
import { pagesWithSnippets, readSource } from './pages.js'
import { type Outcome, Workbench } from './workbench.js'

const LANGUAGES = ['ts', 'js', 'sh', 'json', 'text', '']
const pages = pagesWithSnippets().map((page) => ({ path: page.path, fences: fencesOf(page) }))
const fences = pages.flatMap((page) => page.fences)
const code = fences.filter((fence) => isCode(fence) && runnerOf(fence) === undefined)
const workbench = new Workbench()
after(() => workbench.remove())
const faults = workbench.compile(code)

describe('the snippets of the documentation', () => {
  it('are there', () => {
    assert.ok(code.length > 20, String(code.length))
  })

  it('have a language that is looked after', () => {
    const strange = fences.filter(({ language }) => !LANGUAGES.includes(language))

    assert.deepEqual(strange.map(nameOf), [])
  })

  it('that another test runs name one which reads their page', () => {
    const elsewhere = fences.filter((fence) => runnerOf(fence) !== undefined)

    assert.deepEqual(elsewhere.filter((fence) => !readSource(runnerOf(fence) ?? '').includes(`'${fence.page}'`)).map(nameOf), [])
  })

  it('compile under the strictest flags', () => {
    assert.equal(faults, '')
  })
})

describe('snippets that run end well', { concurrency: 3 }, () => {
  for (const fence of code.filter(willRun)) {
    it(nameOf(fence), async () => {
      assertWell(await workbench.run(fence))
    })
  }
})

describe('what a page says that a snippet prints is what it prints', () => {
  for (const page of pages) {
    for (const [index, fence] of page.fences.entries()) {
      const [, variables] = /^prints(.*)$/.exec(fence.mark) ?? []
      if (variables === undefined) continue
      it(nameOf(fence), async () => {
        const source = page.fences.slice(0, index).findLast(isCode)
        assert.ok(source !== undefined)

        const outcome = await workbench.run(source, readVariables(variables))

        assertWell(outcome)
        assert.equal(masked(outcome.output), masked(fence.text))
      })
    }
  }
})

describe('commands', () => {
  const scripts = Object.keys((JSON.parse(readSource('package.json')) as { readonly scripts: object }).scripts)
  for (const fence of fences.filter(({ language }) => language === 'sh')) {
    it(`${nameOf(fence)} name scripts that exist`, () => {
      const named = [...fence.text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map((match) => match[1] ?? match[2])

      assert.deepEqual(
        named.filter((name) => !scripts.includes(name ?? '')),
        [],
      )
    })

    if (!willRun(fence)) continue
    it(`${nameOf(fence)} end well`, async () => {
      assertWell(await workbench.shell(fence))
    })
  }
})

describe('JSON', () => {
  for (const fence of fences.filter(({ language }) => language === 'json')) {
    it(`${nameOf(fence)} parses`, () => {
      assert.ok(JSON.parse(fence.text))
    })
  }
})

function isCode({ language }: Fence): boolean {
  return language === 'ts' || language === 'js'
}

/** The test that runs a snippet in place of this one, as one that needs software from outside of the workspace. */
function runnerOf({ mark }: Fence): string | undefined {
  return /^run by (\S+)$/.exec(mark)?.[1]
}

function willRun({ mark }: Fence): boolean {
  return !mark.startsWith('no-run: ')
}

function nameOf({ page, line }: Fence): string {
  return `${page}:${line}`
}

function assertWell(outcome: Outcome): void {
  assert.deepEqual({ code: outcome.code, signal: outcome.signal }, { code: 0, signal: null }, outcome.output)
}

/** ` A=1 B=2` */
function readVariables(text: string): NodeJS.ProcessEnv {
  return Object.fromEntries(
    text
      .trim()
      .split(' ')
      .filter((pair) => pair.includes('='))
      .map((pair) => pair.split('=') as [string, string]),
  )
}

/** Times and other numbers differ from run to run. */
function masked(text: string): string {
  return text.trim().replaceAll(/\d+/g, '0')
}
