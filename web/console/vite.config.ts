import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const mostAtFirst = 300_000 // bytes of compressed scripts that the list of orders needs at its first load

/** The binary holds scripts and styles compressed only: they leave as they lie. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle(options, bundle) {
    for (const name of Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name))) {
      const path = join(options.dir!, name)
      writeFileSync(path + '.gz', gzipSync(readFileSync(path), { level: 9 }))
      rmSync(path)
    }
  },
}

/** Fails a build whose first load is larger than it may be. */
const firstLoad: Plugin = {
  name: 'first load',
  apply: 'build',
  writeBundle(options, bundle) {
    const needed = new Set<string>()
    const need = (name: string) => {
      const chunk = bundle[name]
      if (chunk?.type !== 'chunk' || needed.has(name)) return
      needed.add(name)
      chunk.imports.forEach(need)
    }
    const begins = Object.values(bundle).filter((chunk) => chunk.type === 'chunk' && (chunk.isEntry || chunk.facadeModuleId?.endsWith('/orders/OrderList.tsx')))
    for (const { fileName } of begins) need(fileName)
    const bytes = [...needed].reduce((sum, name) => sum + statSync(join(options.dir!, name + '.gz')).size, 0)
    if (begins.length !== 2 || bytes > mostAtFirst) this.error(`the first load is ${bytes} bytes of ${needed.size} compressed scripts; ${mostAtFirst} are the most`)
  },
}

/** What the worker keeps: the page, its mark, and all scripts and styles; of the fonts the one that every reader needs. */
const worker: Plugin = {
  name: 'worker',
  apply: 'build',
  generateBundle(_, bundle) {
    const built = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name) || /latin-wght-normal.*\.woff2$/.test(name))
    const files = ['/console', '/assets/site/mark.svg', ...built.map((name) => `/console/${name}`)]
    const source = readFileSync(join(import.meta.dirname, 'src/worker.js'), 'utf8').replace('FILES', JSON.stringify(files))
    const version = createHash('sha256').update(source).digest('hex').slice(0, 12)
    this.emitFile({ type: 'asset', fileName: 'worker.js', source: source.replace('VERSION', JSON.stringify(version)) })
  },
}

export default defineConfig({
  base: '/console/',
  // The server puts a new nonce in its place each time: the component library
  // writes style elements.
  html: { cspNonce: 'ORDO_NONCE' },
  plugins: [react(), worker, compressed, firstLoad],
  build: {
    outDir: '../../edge/web/console',
    // index.html replaces the placeholder; the Makefile removes old assets.
    emptyOutDir: false,
    license: { fileName: 'assets/licenses.md' }, // of all that is bundled, as they ask
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: { '/v1': 'http://localhost:8080', '/assets': 'http://localhost:8080', '/openapi.json': 'http://localhost:8080' } },
  // What a browser is waited for may take long on a busy machine. Two files at a time: each has its own server and browser.
  test: { maxWorkers: 2, include: ['**/*.test.ts'], testTimeout: 180_000, hookTimeout: 60_000, expect: { poll: { timeout: 15_000 } } },
})
