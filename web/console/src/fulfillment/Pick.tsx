import { ActionIcon, Alert, Button, Group, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { Bar } from './Bar'
import classes from './desk.module.css'
import { Missing } from './Missing'
import { match } from './scan'
import { ScanField, type Verdict } from './ScanField'
import type { useOutbox } from './useOutbox'
import { goods, type Line, one, owed, toPack, toPick, type Work } from './work'

type Props = {
  work: Work
  passed: ReadonlySet<string>
  pass: (line: string) => void
  add: ReturnType<typeof useOutbox>['add']
  location?: Schemas['Location']
}

/** Takes goods from the shelf, by scanning each or by saying that all of a line is taken. The line in hand stands large. */
export function Pick({ work, passed, pass, add, location }: Props) {
  const { t, locale } = useWords()
  const may = useMay()
  const [inHand, take] = useState<string>()
  const [missing, { open, close }] = useDisclosure()
  const figure = (q: number) => q.toLocaleString(locale)
  const wanted = work.lines.filter((l) => toPick(l) > 0 && !passed.has(l.line_id))
  const line = wanted.find((l) => l.line_id === inHand) ?? wanted[0]
  const action = work.actions?.find((a) => a.name === 'fulfillment.pick')
  const refused = action && !action.allowed && action.code !== 'transition_not_allowed' ? action.reason : undefined

  function picked(l: Line, quantity: number, lot?: string) {
    add({ work: work.id, line: l.line_id, quantity, ...(lot !== undefined && { lot }) })
    take(l.line_id)
  }

  function scanned(code: string): Verdict {
    if (refused) return { right: false, text: refused }
    const found = match(code, goods(work, toPick))
    const sku = 'goods' in found ? found.goods.sku : code
    if (found.is !== 'right') return { right: false, text: t(`desk/${found.is}`, { sku, lot: 'lot' in found ? (found.lot ?? '') : '' }) }
    const l = found.goods.line
    const quantity = one(toPick(l))
    picked(l, quantity, found.lot)
    return { right: true, text: t('desk/right', { sku, done: figure(l.picked + quantity), of: figure(owed(l)) }) }
  }

  /** Says that all of the line in hand is taken: lot by lot, where it lies in several. */
  function takeAll() {
    if (!line || refused) return
    const lots = goods(work, toPick).find((g) => g.line === line)!.lots?.filter((l) => l.left > 0)
    if (lots?.length) for (const { lot, left } of lots) picked(line, left, lot)
    else picked(line, toPick(line))
  }
  useKeys({ 'mod+ENTER': takeAll })

  if (!line) return null
  return (
    <>
      <ScanField label={t('desk/scanPick')} scanned={scanned} />
      {refused && (
        <Alert role="alert" className={classes.refused} title={t('desk/notNow')}>
          {refused}
        </Alert>
      )}
      <section className={classes.hand} aria-label={t('desk/inHand')}>
        <span className={classes.quantity}>{figure(toPick(line))}</span>
        <div className={classes.what}>
          <bdi className={classes.sku}>{line.sku}</bdi>
          <bdi className={classes.title}>{line.title}</bdi>
          <Facts line={line} />
        </div>
      </section>
      <ul className={classes.lines} aria-label={t('desk/allLines')}>
        {work.lines
          .filter((l) => owed(l) > 0)
          .map((l) => (
            <li key={l.line_id} className={classes.line} data-current={l === line || undefined}>
              <UnstyledButton className={classes.lineButton} onClick={() => take(l.line_id)} disabled={toPick(l) === 0} aria-current={l === line || undefined}>
                <bdi className={classes.sku}>{l.sku}</bdi>
                <bdi className={classes.lineTitle}>{l.title}</bdi>
                <span className={classes.progress} data-done={toPick(l) === 0 || undefined}>
                  {toPick(l) === 0 && <IconCheck size={16} aria-hidden />}
                  {t('desk/ofMany', { done: figure(l.picked), of: figure(owed(l)) })}
                </span>
              </UnstyledButton>
              {toPack(l) > 0 && may('fulfillment.unpick') && (
                <Tooltip label={t('desk/putBack')}>
                  <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('desk/putBackThis', { sku: l.sku })} onClick={() => picked(l, -one(toPack(l)))}>
                    <IconArrowBackUp size={20} stroke={1.6} />
                  </ActionIcon>
                </Tooltip>
              )}
            </li>
          ))}
      </ul>
      <Bar>
        <Button size="lg" fz="lg" variant="default" onClick={open}>
          {t('desk/missing')}
        </Button>
        <Button size="lg" fz="lg" onClick={takeAll} disabled={refused !== undefined}>
          {t('desk/take', { quantity: figure(toPick(line)) })}
        </Button>
      </Bar>
      {missing && <Missing line={line} location={location} close={close} pass={() => pass(line.line_id)} />}
    </>
  )
}

/** What helps to find the goods: options, lots and barcodes. */
function Facts({ line }: { line: Line }) {
  const { t, locale } = useWords()
  const lots = line.lots?.filter((l) => l.quantity > l.picked) ?? []
  return (
    <Group gap="sm" className={classes.lineFacts}>
      {Object.entries(line.options ?? {}).map(([name, value]) => (
        <span key={name}>
          <bdi>{name}</bdi>: <bdi>{value}</bdi>
        </span>
      ))}
      {lots.map((l) => (
        <Text key={l.lot} span fw={560}>
          {t('desk/lot', { quantity: (l.quantity - l.picked).toLocaleString(locale), lot: l.lot })}
        </Text>
      ))}
      {line.variant?.barcodes?.map((code) => (
        <bdi key={code} className={classes.code}>
          {code}
        </bdi>
      ))}
    </Group>
  )
}
