import { Button, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useState } from 'react'
import { request } from '../api/client'
import { useMay } from '../api/me'
import { languages, useWords } from '../language'
import { Card } from '../part/Card'
import { Failure } from '../part/Screen'
import record from '../record/record.module.css'
import { RecordForm } from '../record/RecordForm'
import { Facts } from '../record/RecordPage'
import { useRecord } from '../record/useRecords'
import { zones } from './zones'

/** The facts of the company. */
export default function Workspace() {
  const { t } = useWords()
  const may = useMay()
  const [changing, change] = useState(false)
  const { data: facts, error, refetch } = useRecord('/v1/settings', ['setting'])
  useDocumentTitle(`${t('settings/workspace')} · ${t('console/title')}`)
  if (error && !facts) return <Failure error={error} retry={() => void refetch()} />
  const named = (code: string | undefined) => (code && code in languages ? languages[code as 'en'].name : code)
  return (
    <div className={record.page}>
      <Title mb="md">{t('settings/workspace')}</Title>
      {facts && (
        <Card
          title={<bdi>{facts.company}</bdi>}
          aside={
            may('setting.update') && (
              <Button size="compact-sm" onClick={() => change(true)}>
                {t('people/change')}
              </Button>
            )
          }
        >
          <Facts
            of={[
              [t('settings/currency'), facts.currency],
              [t('settings/taxCountry'), facts.tax_country],
              [t('settings/zone'), facts.time_zone],
              [t('settings/language'), named(facts.language)],
            ]}
          />
        </Card>
      )}
      {facts && changing && (
        <RecordForm
          title={t('settings/changeWorkspace')}
          lead={t('settings/workspaceLead')}
          inputs={[
            { name: 'company', label: t('settings/company'), needed: true },
            { name: 'currency', label: t('settings/currency'), hint: t('settings/currencyHint'), needed: true },
            { name: 'tax_country', label: t('settings/taxCountry'), hint: t('settings/countryHint'), needed: true },
            { name: 'time_zone', label: t('settings/zone'), hint: t('settings/zoneHint'), kind: 'choice', needed: true, options: zones(facts.time_zone) },
            { name: 'language', label: t('settings/language'), hint: t('settings/languageHint'), kind: 'choice', needed: true, options: Object.entries(languages).map(([value, { name }]) => ({ value, label: name })) },
          ]}
          start={{ company: facts.company, currency: facts.currency, tax_country: facts.tax_country, time_zone: facts.time_zone, language: facts.language ?? 'en' }}
          submit={t('role/save')}
          request={(v) => request('put', '/v1/settings', [], { company: v.company as string, currency: v.currency as string, tax_country: v.tax_country as string, time_zone: v.time_zone as string, language: v.language as string }, facts.version)}
          says={() => t('settings/saved')}
          close={() => change(false)}
        />
      )}
    </div>
  )
}
