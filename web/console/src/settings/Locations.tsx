import { Button } from '@mantine/core'
import { useState } from 'react'
import { command, request, type Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import { RecordForm, type Values } from '../record/RecordForm'
import { type Column, RecordList } from '../record/RecordList'
import { Active } from './Active'
import { zones } from './zones'

type Location = Schemas['Location']

const kinds = ['warehouse', 'store', 'supplier', 'third_party'] as const

/** What holds stock. */
export default function Locations() {
  const { t } = useWords()
  const may = useMay()
  const [open, set] = useState<Location | 'new'>()
  const columns: Column<Location>[] = [
    { id: 'name', label: t('people/name'), sort: 'name', show: (l) => <bdi>{l.name}</bdi> },
    { id: 'code', label: t('settings/code'), sort: 'code', show: (l) => <bdi>{l.code}</bdi> },
    { id: 'kind', label: t('settings/kind'), narrow: true, show: (l) => t(`locationKind/${l.kind}`) },
    { id: 'country', label: t('settings/country'), show: (l) => <bdi>{l.country}</bdi> },
    { id: 'zone', label: t('settings/zone'), show: (l) => <bdi>{l.time_zone}</bdi> },
    { id: 'state', label: t('people/state'), narrow: true, show: (l) => <Active is={l.active} /> },
    ...(may('location.update')
      ? [{ id: 'change', label: t('people/change'), end: true, narrow: true, show: (l: Location) => <Button variant="subtle" size="compact-sm" onClick={() => set(l)} aria-label={`${t('people/change')}: ${l.name}`} children={t('people/change')} /> }]
      : []),
  ]
  return (
    <>
      <RecordList
        path="/v1/locations"
        subjects={['location']}
        title={t('settings/locations')}
        columns={columns}
        fields={[{ name: 'kind', label: t('settings/kind'), kind: 'choice', values: kinds.map((value) => ({ value, label: t(`locationKind/${value}`) })) }]}
        actions={may('location.create') && <Button onClick={() => set('new')}>{t('settings/addLocation')}</Button>}
        empty={{ title: t('settings/noLocations'), text: t('settings/noLocationsText') }}
      />
      {open && <Form location={open === 'new' ? undefined : open} close={() => set(undefined)} />}
    </>
  )
}

function Form({ location, close }: { location?: Location; close: () => void }) {
  const { t } = useWords()
  const facts = (v: Values): Schemas['LocationCreateInput'] => ({
    code: v.code as string,
    name: v.name as string,
    kind: v.kind as Location['kind'],
    country: v.country as string,
    time_zone: v.time_zone as string,
    active: v.active as boolean,
  })
  return (
    <RecordForm<Location>
      title={location ? `${t('people/change')} · ${location.name}` : t('settings/addLocation')}
      lead={t('settings/locationLead')}
      inputs={[
        { name: 'name', label: t('people/name'), needed: true },
        { name: 'code', label: t('settings/code'), hint: t('settings/codeHint'), needed: true },
        { name: 'kind', label: t('settings/kind'), kind: 'choice', needed: true, options: kinds.map((value) => ({ value, label: t(`locationKind/${value}`) })) },
        { name: 'country', label: t('settings/country'), hint: t('settings/countryHint'), needed: true },
        { name: 'time_zone', label: t('settings/zone'), kind: 'choice', needed: true, options: zones(location?.time_zone) },
        { name: 'active', label: t('settings/promises'), kind: 'switch' },
      ]}
      start={location ? { code: location.code, name: location.name, kind: location.kind, country: location.country, time_zone: location.time_zone, active: location.active } : { active: true, kind: 'warehouse' }}
      submit={location ? t('role/save') : t('settings/addLocation')}
      request={(v) => (location ? request('put', '/v1/locations/{id}', [location.id], facts(v), location.version) : command('/v1/locations', [], facts(v)))}
      says={(l) => t('settings/savedIt', { name: l.name })}
      close={close}
    />
  )
}
