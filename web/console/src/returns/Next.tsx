import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useWords } from '../language'
import { useRecords } from '../record/useRecords'
import classes from './returns.module.css'

/** The return after this one in the queue that one works on; always at the same place. */
export function Next({ id, filter, finished }: { id: string; filter: string; finished: boolean }) {
  const { t } = useWords()
  const { items, isPending } = useRecords('/v1/returns', ['return'], { query: { filter, sort: 'created', limit: 2 } })
  const next = items.find((r) => r.id !== id)
  if (isPending) return null
  return (
    <div className={classes.next}>
      {next ? (
        <Button size="md" variant={finished ? 'filled' : 'default'} renderRoot={(props) => <Link {...props} to="/returns/$id" params={{ id: next.id }} search={{ filter }} />}>
          {t('back/next')}: {next.number}
        </Button>
      ) : (
        <>
          <Text c="dimmed" size="sm">
            {t('back/nextNone')}
          </Text>
          <Button size="md" variant="default" renderRoot={(props) => <Link {...props} to="/returns" search={{}} />}>
            {t('back/toDesk')}
          </Button>
        </>
      )}
    </div>
  )
}
