import { expect, test } from 'vitest'
import { mappingOf, shown, stageOf } from './table'

test('an import has a stage that people know', () => {
  const stage = (phase: 'upload' | 'read' | 'check' | 'run' | 'undo', state: 'waiting' | 'working' | 'stopping' | 'stopped' | 'done' | 'failed') => stageOf({ phase, state })
  expect([stage('upload', 'waiting'), stage('read', 'working'), stage('read', 'failed'), stage('read', 'done')]).toEqual(['uploading', 'reading', 'failed', 'mapping'])
  expect([stage('check', 'working'), stage('check', 'done'), stage('run', 'stopping'), stage('run', 'stopped'), stage('run', 'done'), stage('undo', 'done')]).toEqual(['checking', 'checked', 'stopping', 'stopped', 'written', 'undone'])
})

test('columns become what they seem to be, until somebody said otherwise', () => {
  const columns = [
    { name: ' SKU', field: 'sku', samples: [] },
    { name: 'Farbe', field: '', samples: [] },
  ]
  expect(mappingOf({ columns, mapping: {}, phase: 'read' })).toEqual({ sku: 'sku', farbe: '' })
  expect(mappingOf({ columns, mapping: { sku: '', farbe: 'title' }, phase: 'check' })).toEqual({ sku: '', farbe: 'title' })
})

test('values are shown as text', () => {
  expect([shown('a'), shown(1.5), shown(['a', 'b']), shown(undefined), shown(false)]).toEqual(['a', '1.5', 'a b', '–', 'false'])
})
