import { Button, Group, Progress, Text } from '@mantine/core'
import { useWords } from '../language'
import { percent } from '../part/format'
import { Problem } from '../api/problem'
import classes from './attachments.module.css'
import { inBytes } from './size'
import { giveUp, goOn, stop, type Upload } from './uploads'

/** A file that is sent: how far it is, and how to stop it, go on, or give it up. */
export function OnItsWay({ upload: u, done }: { upload: Upload; done: () => void }) {
  const { t, locale } = useWords()
  const share = u.file.size ? Math.round((100 * u.sent) / u.file.size) / 100 : 0
  const fault = u.error instanceof Problem ? (u.error.faults[0] ?? { detail: u.error.message, remedy: u.error.remedy }) : undefined
  return (
    <li>
      <div className={classes.way}>
        <Text fw={560} className={classes.name}>
          <bdi>{u.file.name}</bdi>
        </Text>
        {u.state === 'refused' ? (
          <Text size="sm" c="var(--ordo-red)" role="alert">
            {[fault?.detail ?? t('state/unreachable'), fault?.remedy].filter(Boolean).join('. ')}
          </Text>
        ) : (
          <>
            <Progress value={100 * share} mt={4} aria-label={t('attachments/progress', { name: u.file.name })} />
            <Text size="sm" c="dimmed" mt={2} role="status">
              {t(`attachments/${u.state}`, { share: percent(String(share), locale), size: inBytes(u.file.size, locale) })}
              {fault && ` ${fault.detail}`}
            </Text>
          </>
        )}
      </div>
      <Group gap="xs">
        {u.state === 'sending' && (
          <Button variant="default" size="compact-sm" onClick={() => stop(u.key)} aria-label={t('attachments/stopOne', { name: u.file.name })}>
            {t('attachments/stop')}
          </Button>
        )}
        {(u.state === 'stopped' || u.state === 'lost') && (
          <Button variant="default" size="compact-sm" onClick={() => goOn(u.key, done)} aria-label={t('attachments/goOnOne', { name: u.file.name })}>
            {t('attachments/goOn')}
          </Button>
        )}
        <Button variant="default" size="compact-sm" onClick={() => giveUp(u.key)} aria-label={t(u.state === 'refused' ? 'attachments/dismissOne' : 'attachments/giveUpOne', { name: u.file.name })}>
          {t(u.state === 'refused' ? 'attachments/dismiss' : 'attachments/giveUp')}
        </Button>
      </Group>
    </li>
  )
}
