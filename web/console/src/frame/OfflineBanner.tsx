import { useNetwork } from '@mantine/hooks'
import { IconCloudOff } from '@tabler/icons-react'
import { useWords } from '../language'
import classes from './Frame.module.css'

export function OfflineBanner() {
  const { online } = useNetwork()
  return online ? null : <Offline />
}

export function Offline() {
  const { t } = useWords()
  return (
    <div className={classes.banner} role="status">
      <IconCloudOff size={18} />
      <span>
        <strong>{t('offline/title')}</strong> {t('offline/text')}
      </span>
    </div>
  )
}
