import { ActionIcon, Button, Text, TextInput, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconMinus, IconPackage, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { command } from '../api/client'
import { useMay } from '../api/me'
import { Problem } from '../api/problem'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { Refusal } from '../part/Refusal'
import { useAct } from '../record/useAct'
import { Bar } from './Bar'
import classes from './desk.module.css'
import { match } from './scan'
import { ScanField, type Verdict } from './ScanField'
import { useBoxes } from './useBoxes'
import { emptyBox, fitting, goods, type Line, one, packedOf, packing, put, toPack, weightOf, type Work } from './work'

type Props = { work: Work; waiting: boolean; picked: () => void }

/** Lays picked goods into packages: by scanning or tapping them, or all at once into one. */
export function Pack({ work, waiting, picked }: Props) {
  const { t, locale } = useWords()
  const allowed = useMay()('fulfillment.pack')
  const [kept, keep] = useBoxes(work.id)
  const [at, choose] = useState(0)
  const boxes = fitting(kept, work)
  const current = Math.min(at, boxes.length - 1)
  const figure = (q: number) => q.toLocaleString(locale)
  const loose = (l: Line) => Math.round((toPack(l) - packedOf(boxes, l.line_id)) * 1000) / 1000
  const filled = boxes.some((b) => Object.keys(b.lines).length > 0)
  const sent = packing(boxes, work)
  const total = sent.reduce((q, p) => q + p.lines.reduce((q, l) => q + l.quantity, 0), 0)
  const pack = useAct({
    request: () => command('/v1/fulfillments/{id}/pack', [work.id], { packages: sent }),
    then: () => {
      keep([emptyBox()])
      picked()
    },
  })
  const faults = pack.error instanceof Problem ? pack.error.faults : []
  const weightFault = (i: number) => faults.find((f) => f.pointer === `/packages/${filled ? boxes.slice(0, i).filter((b) => Object.keys(b.lines).length > 0).length : 0}/weight_grams`)?.detail

  function lay(l: Line, quantity: number) {
    keep(put(boxes, current, l.line_id, quantity))
  }

  function scanned(code: string): Verdict {
    const found = match(code, goods(work, loose))
    const sku = 'goods' in found ? found.goods.sku : code
    if (found.is === 'enough') return { right: false, text: t('desk/packedAlready', { sku }) }
    if (found.is !== 'right') return { right: false, text: t(`desk/${found.is}`, { sku, lot: 'lot' in found ? (found.lot ?? '') : '' }) }
    lay(found.goods.line, one(loose(found.goods.line)))
    return { right: true, text: t('desk/packed', { sku, box: current + 1 }) }
  }

  const wrong = (weight: string) => (/^\s*\d{0,10}\s*$/.test(weight) ? undefined : t('desk/notGrams'))
  const send = () => {
    if (allowed && !waiting && !pack.isPending && !boxes.some((b) => wrong(b.weight))) pack.mutate()
  }
  useKeys({ 'mod+ENTER': send })
  return (
    <>
      <ScanField label={t('desk/scanPack')} scanned={scanned} />
      <Refusal error={pack.error} atInput={(f) => /^\/packages\/\d+\/weight_grams$/.test(f.pointer ?? '')} />
      <ul className={classes.lines} aria-label={t('desk/loose')}>
        {work.lines
          .filter((l) => loose(l) > 0)
          .map((l) => (
            <li key={l.line_id} className={classes.line}>
              <UnstyledButton className={classes.lineButton} onClick={() => lay(l, loose(l))}>
                <bdi className={classes.sku}>{l.sku}</bdi>
                <bdi className={classes.lineTitle}>{l.title}</bdi>
                <span className={classes.progress}>
                  <IconPlus size={16} aria-hidden /> {figure(loose(l))} <VisuallyHidden>{t('desk/layInto', { box: current + 1 })}</VisuallyHidden>
                </span>
              </UnstyledButton>
            </li>
          ))}
      </ul>
      {boxes.map((box, i) => (
        <section key={i} className={classes.box} data-current={i === current || undefined} aria-label={t('desk/box', { box: i + 1 })}>
          <UnstyledButton className={classes.boxHead} onClick={() => choose(i)} aria-pressed={i === current}>
            <IconPackage size={20} stroke={1.5} aria-hidden /> {t('desk/box', { box: i + 1 })}
          </UnstyledButton>
          {Object.entries(box.lines).map(([id, quantity]) => {
            const l = work.lines.find((l) => l.line_id === id)!
            return (
              <div key={id} className={classes.inside}>
                <bdi className={classes.sku}>{l.sku}</bdi>
                <span className={classes.progress}>{figure(quantity)}</span>
                <Tooltip label={t('desk/takeOut')}>
                  <ActionIcon variant="subtle" color="gray" size={44} aria-label={t('desk/takeOutThis', { sku: l.sku })} onClick={() => keep(put(boxes, i, id, -one(quantity)))}>
                    <IconMinus size={18} stroke={1.6} />
                  </ActionIcon>
                </Tooltip>
              </div>
            )
          })}
          {Object.keys(box.lines).length === 0 && (
            <Text size="sm" c="dimmed">
              {filled ? t('desk/emptyBox') : t('desk/allInOne')}
            </Text>
          )}
          <Weight box={box} expected={weightOf(filled ? box.lines : Object.fromEntries(work.lines.map((l) => [l.line_id, toPack(l)]).filter(([, q]) => (q as number) > 0)), work)} set={(weight) => keep(boxes.map((b, j) => (j === i ? { ...b, weight } : b)))} error={wrong(box.weight) ?? weightFault(i)} />
        </section>
      ))}
      <Bar>
        <Button
          size="lg"
          fz="lg"
          variant="default"
          disabled={!filled}
          onClick={() => {
            keep([...boxes, emptyBox()])
            choose(boxes.length)
          }}
        >
          {t('desk/newBox')}
        </Button>
        <Button size="lg" fz="lg" onClick={send} loading={pack.isPending} disabled={waiting || !allowed}>
          {waiting ? t('desk/waitsForScans') : t('desk/packAll', { count: sent.length, replace: { count: figure(sent.length), units: figure(total) } })}
        </Button>
      </Bar>
    </>
  )
}

function Weight({ box, expected, set, error }: { box: { weight: string }; expected?: number; set: (weight: string) => void; error?: string }) {
  const { t, locale } = useWords()
  return (
    <TextInput
      label={t('desk/weight')}
      description={expected !== undefined ? t('desk/expected', { grams: expected.toLocaleString(locale) }) : undefined}
      inputMode="numeric"
      size="md"
      dir="ltr"
      value={box.weight}
      onChange={(e) => set(e.currentTarget.value)}
      error={error}
    />
  )
}
