import { Alert, Anchor, Button, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useWords } from '../language'
import { Copyable } from '../part/Copyable'
import { Status } from '../part/Status'
import classes from './desk.module.css'
import { OnItsWay } from './OnItsWay'
import { packingSlip } from './papers'
import { Contents } from './Ship'
import { owed, toPick, type Work } from './work'

/** What became of the work: what left, and what was not there. */
export function Done({ work, passed, again }: { work: Work; passed: ReadonlySet<string>; again: () => void }) {
  const { t, locale } = useWords()
  const missing = work.lines.filter((l) => passed.has(l.line_id) && toPick(l) > 0)
  const nothing = work.lines.every((l) => owed(l) === 0)
  return (
    <>
      {missing.length > 0 ? (
        <Alert className={classes.passed} title={t('desk/passedTitle')} my="md">
          <ul className={classes.contents}>
            {missing.map((l) => (
              <li key={l.line_id}>
                {toPick(l).toLocaleString(locale)} × <bdi>{l.sku}</bdi> <bdi>{l.title}</bdi>
              </li>
            ))}
          </ul>
          <Button size="md" variant="default" mt="sm" onClick={again}>
            {t('desk/again')}
          </Button>
        </Alert>
      ) : (
        <div className={classes.done}>
          <IconCircleCheck size={28} stroke={1.5} />
          <Text fw={560}>{t(nothing ? 'desk/nothing' : 'desk/done')}</Text>
        </div>
      )}
      {work.shipments
        ?.filter((s) => !s.unpacked_at)
        .map((s) => (
          <section key={s.id} className={classes.box}>
            <div className={classes.workHead}>
              <bdi className={classes.workNumber}>{s.number}</bdi>
              <Status of="shipment" is={s.status} />
            </div>
            <Contents shipment={s} />
            <div className={classes.workFacts}>
              <Anchor href={packingSlip(s.id)} target="_blank">
                {t('desk/packingSlip')}
              </Anchor>
              {s.carrier && <bdi>{s.carrier}</bdi>}
              {s.tracking_number && <Copyable text={s.tracking_number} />}
            </div>
            <OnItsWay shipment={s} />
          </section>
        ))}
    </>
  )
}
