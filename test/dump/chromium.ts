/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { LogRecord } from '@holdfast/api'
import { type DumpOptions, dumpRecordsSync } from '@holdfast/dump'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

const executablePath = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).stdout?.trim() ?? ''

/** Why tests with a browser cannot run here; `false` when they can. */
export const NEEDS_CHROMIUM: string | false = executablePath === '' ? 'needs chromium' : false

/** A page that was opened, and everything that should not happen on it. */
export interface OpenedPage {
  readonly page: Page
  /** From the beginning of the navigation until the page can be used. */
  readonly readyMs: number
  /** Dialogs, errors, messages on the console, violations of the policy, and requests for anything but the file. */
  readonly faults: readonly string[]
}

/** A browser without a window, and the files that it opens. */
export class Chromium {
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-page-'))
  readonly #browser: Browser
  #count = 0

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async start(): Promise<Chromium> {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none']
    return new Chromium(await puppeteer.launch({ executablePath, args }))
  }

  /** Dumps records to a file and opens it. */
  async open(records: Iterable<LogRecord>, options: DumpOptions & OpenOptions): Promise<OpenedPage> {
    const { width = 1600, height = 900, scheme = 'light', runsScripts = true, ...dump } = options
    const path = join(this.#folder, `dump-${this.#count++}.html`)
    dumpRecordsSync(records, { ...dump, path })
    const page = await this.#browser.newPage()
    const faults: string[] = []
    page.on('dialog', (dialog) => {
      faults.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('pageerror', (error) => faults.push(`error: ${String(error)}`))
    page.on('console', (message) => faults.push(`console: ${message.text()}`))
    page.on('request', (request) => {
      if (!/^(?:file:.*\/dump-\d+\.html|data:,)$/.test(request.url())) faults.push(`request: ${request.url()}`)
    })
    await page.setViewport({ width, height })
    await page.setJavaScriptEnabled(runsScripts)
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.goto(pathToFileURL(path).href)
    const readyMs = runsScripts
      ? await page.evaluate(() => performance.getEntriesByName('holdfast-ready')[0]?.startTime ?? performance.now())
      : Number.NaN
    return { page, readyMs, faults }
  }

  async stop(): Promise<void> {
    await this.#browser.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** How the browser is while it opens a page. */
export interface OpenOptions {
  readonly width?: number
  readonly height?: number
  readonly scheme?: 'light' | 'dark'
  readonly runsScripts?: boolean
}
