import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { command } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { Card } from '../part/Card'
import { Refusal } from '../part/Refusal'
import { useAct } from '../record/useAct'
import { Aside } from './Aside'
import classes from './returns.module.css'
import type { Return } from './steps'

/** The step of a return that somebody asked for: it may come back, or not. */
export function Approve({ of: r }: { of: Return }) {
  const { t } = useWords()
  const may = useMay()
  const [refusing, setRefusing] = useState(false)
  const act = useAct({ request: () => command('/v1/returns/{id}/approve', [r.id]), says: () => t('step/approved') })
  return (
    <Card title={t('step/approveTitle')}>
      <div className={classes.task}>
        {r.outcome === 'keep_it' && <Text c="dimmed">{t('step/approveKeep')}</Text>}
        <Refusal error={act.error} />
        <div className={classes.bar}>
          {may('return.reject') && (
            <Button variant="default" onClick={() => setRefusing(true)}>
              {t('step/reject')}
            </Button>
          )}
          <Button loading={act.isPending} onClick={() => act.mutate()}>
            {t('step/approve')}
          </Button>
        </div>
      </div>
      {refusing && <Aside of={r} side="reject" close={() => setRefusing(false)} />}
    </Card>
  )
}
