import { Button, Group, SimpleGrid, Text, TextInput, Title } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { command, newKey, send } from '../api/client'
import { keyring } from '../api/keyring'
import { useMay } from '../api/me'
import { Problem } from '../api/problem'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { Refusal } from '../part/Refusal'
import { useAct } from '../record/useAct'
import { Bar } from './Bar'
import classes from './desk.module.css'
import { packingSlip } from './papers'
import { ScanField, type Verdict } from './ScanField'
import { useDesk } from './useWork'
import { here, type Shipment, type Work } from './work'

type Label = { carrier: string; service: string; tracking_number: string }

/** Hands shipments to a carrier, one after the other. */
export function Ship({ work }: { work: Work }) {
  const [shipment, ...others] = here(work)
  return shipment ? <One key={shipment.id} work={work} shipment={shipment} others={others.length} /> : null
}

function One({ work, shipment, others }: { work: Work; shipment: Shipment; others: number }) {
  const { t, locale } = useWords()
  const client = useQueryClient()
  const desk = useDesk()
  const [typed, setTyped] = useState<Partial<Label>>({})
  const [lacking, lack] = useState(false)
  const [keys] = useState(() => keyring(newKey)) // a second try after a lost answer does nothing twice
  const label: Label = { carrier: typed.carrier ?? shipment.carrier ?? desk.carrier ?? '', service: typed.service ?? shipment.service ?? '', tracking_number: typed.tracking_number ?? shipment.tracking_number ?? '' }
  const labeled = label.carrier === (shipment.carrier ?? '') && label.service === (shipment.service ?? '') && label.tracking_number === (shipment.tracking_number ?? '')
  const may = useMay()
  const allowed = may('shipment.label') && may('shipment.dispatch')
  const ship = useMutation({
    mutationFn: async (with_: Label) => {
      const body = Object.fromEntries(Object.entries(with_).filter(([, value]) => value)) as Label
      if (!labeled) await send(command('/v1/shipments/{id}/label', [shipment.id], body), keys.of(JSON.stringify(body)))
      await send(command('/v1/shipments/{id}/dispatch', [shipment.id]), keys.of('dispatch'))
    },
    onSuccess: () => desk.keep({ carrier: label.carrier }),
    onError: (error) => error instanceof Problem && keys.renew(),
    onSettled: () => client.invalidateQueries({ queryKey: ['record'] }),
  })
  const unpack = useAct({ request: () => command('/v1/shipments/{id}/unpack', [shipment.id]), says: () => t('desk/unpacked', { number: shipment.number }), failed: t('desk/notUnpacked') })
  const faults = ship.error instanceof Problem ? ship.error.faults : []
  const at = (name: keyof Label) => (lacking && name === 'carrier' && !label.carrier ? t('input/needed') : faults.find((f) => f.pointer === '/' + name)?.detail)
  const field = (name: keyof Label) => ({
    label: t(`desk/${name}`),
    size: 'md',
    dir: 'ltr' as const,
    value: label[name],
    onChange: (e: { currentTarget: HTMLInputElement }) => setTyped({ ...typed, [name]: e.currentTarget.value }),
    error: at(name),
  })

  function scanned(code: string): Verdict {
    setTyped({ ...typed, tracking_number: code })
    return { right: true, text: t('desk/tracked', { code }) }
  }

  const needed = work.ship_to !== undefined // what is picked up needs nobody to carry it
  const go = () => {
    lack(needed)
    if (allowed && !ship.isPending && (label.carrier || !needed)) ship.mutate(label)
  }
  useKeys({ 'mod+ENTER': go })
  return (
    <>
      <ScanField label={t('desk/scanTracking')} scanned={scanned} />
      <Refusal error={ship.error} atInput={(f) => f.pointer !== undefined && f.pointer.slice(1) in label} />
      <form
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          go()
        }}
        className={classes.box}
        data-current
      >
        <Group justify="space-between">
          <Title order={2}>{shipment.number}</Title>
          <Group gap="xs">
            <Button component="a" href={packingSlip(shipment.id)} target="_blank" variant="default" leftSection={<IconPrinter size={16} stroke={1.6} />}>
              {t('desk/packingSlip')}
            </Button>
            {may('shipment.unpack') && (
              <Button variant="subtle" color="gray" onClick={() => unpack.mutate()} loading={unpack.isPending}>
                {t('desk/unpack')}
              </Button>
            )}
          </Group>
        </Group>
        <Contents shipment={shipment} />
        <Address work={work} />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput {...field('carrier')} withAsterisk={needed} description={t('desk/carrierHint')} autoCapitalize="off" />
          <TextInput {...field('service')} description={t('desk/serviceHint')} autoCapitalize="off" />
        </SimpleGrid>
        <TextInput {...field('tracking_number')} />
        <button type="submit" hidden />
      </form>
      {others > 0 && <Text c="dimmed">{t('desk/more', { count: others, replace: { count: others.toLocaleString(locale) } })}</Text>}
      <Bar>
        <Button size="lg" fz="lg" onClick={go} loading={ship.isPending} disabled={!allowed}>
          {t('desk/shipNow')}
        </Button>
      </Bar>
    </>
  )
}

/** What is in the packages of a shipment. */
export function Contents({ shipment }: { shipment: Shipment }) {
  const { t, locale } = useWords()
  return (
    <ul className={classes.contents}>
      {shipment.packages.map((p) => (
        <li key={p.id}>
          {t('desk/box', { box: p.position })}
          {p.weight_grams > 0 && ` · ${t('desk/grams', { grams: p.weight_grams.toLocaleString(locale) })}`}:{' '}
          {p.lines.map((l, i) => (
            <span key={l.line_id}>
              {i > 0 && ', '}
              {l.quantity.toLocaleString(locale)} × <bdi>{l.sku}</bdi>
            </span>
          ))}
        </li>
      ))}
    </ul>
  )
}

/** Where it goes. */
function Address({ work: { ship_to: to } }: { work: Work }) {
  const { t } = useWords()
  if (!to) return <Text c="dimmed">{t('desk/noAddress')}</Text>
  const lines = [to.name, to.company, to.street, to.street2, [to.postcode, to.city].filter(Boolean).join(' '), to.region, to.country].filter(Boolean)
  return (
    <address className={classes.address}>
      {lines.map((line, i) => (
        <bdi key={i}>{line}</bdi>
      ))}
    </address>
  )
}
