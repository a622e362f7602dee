import { Button } from '@mantine/core'
import { useState } from 'react'
import { useMay } from '../api/me'
import { useKeys } from '../frame/useKeys'
import { useWords } from '../language'
import { Moment } from '../part/Moment'
import { Badge } from '../part/Status'
import { type Column, RecordList } from '../record/RecordList'
import { NewImport } from './NewImport'
import { formats, stageOf, stages, type TableImport } from './table'

/** All imports that the reader may see, the last first. The key n begins another. */
export default function ImportList() {
  const { t, locale } = useWords()
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const mayAdd = may('import.upload')
  useKeys(mayAdd ? { n: () => setAdding(true) } : {})
  const columns: Column<TableImport>[] = [
    { id: 'name', label: t('imports/file'), show: (i) => <bdi>{i.name}</bdi> },
    { id: 'format', label: t('imports/kind'), narrow: true, show: (i) => t(`importFormat/${i.format}`) },
    { id: 'state', label: t('imports/state'), narrow: true, show: (i) => <Badge tone={stages[stageOf(i)]}>{t(`importStage/${stageOf(i)}`)}</Badge> },
    { id: 'rows', label: t('imports/rows'), end: true, show: (i) => i.rows.toLocaleString(locale) },
    { id: 'refused', label: t('importOutcome/refused'), end: true, show: (i) => i.refused.toLocaleString(locale) },
    { id: 'begun', label: t('imports/when'), end: true, narrow: true, sort: 'created', show: (i) => <Moment at={i.created_at} /> },
  ]
  return (
    <>
      <RecordList
        path="/v1/imports"
        subjects={['import']}
        title={t('nav/imports')}
        columns={columns}
        to={({ id }) => ({ to: '/imports/$id', params: { id } })}
        fields={[{ name: 'format', label: t('imports/kind'), kind: 'choice', values: formats.map((value) => ({ value, label: t(`importFormat/${value}`) })) }]}
        hint={t('imports/filterHint')}
        actions={mayAdd && <Button onClick={() => setAdding(true)}>{t('imports/new')}</Button>}
        empty={{ title: t('imports/noneTitle'), text: t('imports/noneText') }}
      />
      {adding && <NewImport close={() => setAdding(false)} />}
    </>
  )
}
