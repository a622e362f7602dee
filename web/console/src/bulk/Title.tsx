import { useWords } from '../language'
import type { Words } from '../language/en'
import { counted } from '../part/format'
import { Badge } from '../part/Status'
import type { Bulk } from './useBulk'

const tones = { running: 'blue', stopping: 'blue', stopped: 'amber', done: 'green' } as const

/** What is done to how many orders. */
export function titleOf(bulk: Bulk, { t, locale }: ReturnType<typeof useWords>): string {
  return `${t(`action/${bulk.operation as keyof Words['action']}`)} · ${t('bulk/orders', counted(bulk.total, locale))}`
}

export function State({ of }: { of: Bulk['state'] }) {
  const { t } = useWords()
  return <Badge tone={tones[of]}>{t(of === 'done' ? 'bulk/ended' : `bulk/${of}`)}</Badge>
}
