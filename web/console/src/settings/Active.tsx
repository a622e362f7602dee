import { useWords } from '../language'
import { Badge } from '../part/Status'

/** Whether something of the setup is in use. */
export function Active({ is }: { is: boolean }) {
  const { t } = useWords()
  return <Badge tone={is ? 'green' : 'grey'}>{t(is ? 'settings/active' : 'settings/inactive')}</Badge>
}
