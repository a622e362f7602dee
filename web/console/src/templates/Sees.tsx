import type { Schemas } from '../api/client'
import { useWords } from '../language'
import { Badge } from '../part/Status'

/** Who sees a template. */
export function Sees({ of }: { of: Schemas['Template'] }) {
  const { t } = useWords()
  return of.user_id ? <Badge tone="grey">{t('orderTemplate/mine')}</Badge> : <Badge tone="blue">{t('orderTemplate/everybodys')}</Badge>
}
