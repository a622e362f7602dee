import { Button, Group, Select, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { command, request } from '../api/client'
import { useMay } from '../api/me'
import { type Fault, Problem } from '../api/problem'
import { useWords } from '../language'
import type { Words } from '../language/en'
import { Card } from '../part/Card'
import { Refusal } from '../part/Refusal'
import { RecordForm } from '../record/RecordForm'
import { useAct } from '../record/useAct'
import { useRecords } from '../record/useRecords'
import classes from './imports.module.css'
import { mappingOf, type TableImport } from './table'

/** What each column of the file becomes, with its first cells, and the check of that. */
export function ColumnsCard({ i }: { i: TableImport }) {
  const { t } = useWords()
  const may = useMay()
  const [mapping, setMapping] = useState(() => mappingOf(i))
  const [saving, setSaving] = useState(false)
  const check = useAct({ request: () => command('/v1/imports/{id}/check', [i.id], { columns: mapping }) })
  const saved = useRecords('/v1/import-mappings', ['import_mapping'], { query: { filter: `format:${i.format}` }, enabled: may('import_mapping.list') })
  const fields = (i.fields ?? []).map((f) => ({ value: f.name, label: t(`importField/${f.name as keyof Words['importField']}`) + (f.required ? ' *' : '') }))
  const names = i.columns.map((c) => ({ ...c, key: c.name.trim().toLowerCase() }))
  const pointer = (name: string) => '/columns/' + name.replaceAll('~', '~0').replaceAll('/', '~1')
  const at = (key: string) => (f: Fault) => f.pointer?.toLowerCase() === pointer(key)
  const faults = check.error instanceof Problem ? check.error.faults : []

  return (
    <Card
      title={t('imports/columns')}
      aside={
        saved.items.length > 0 && (
          <Select
            size="xs"
            aria-label={t('imports/mapping')}
            placeholder={t('imports/mapping')}
            data={saved.items.map((m) => m.name)}
            value={null}
            onChange={(name) => {
              const found = saved.items.find((m) => m.name === name)
              if (found) setMapping((before) => ({ ...before, ...Object.fromEntries(Object.entries(found.columns).filter(([key]) => key in before)) }))
            }}
            comboboxProps={{ transitionProps: { duration: 80 } }}
          />
        )
      }
    >
      <Text c="dimmed" size="sm" mb="sm">
        {t('imports/columnsLead')}
      </Text>
      <Refusal error={check.error} atInput={(f) => names.some(({ key }) => at(key)(f))} />
      <Table.ScrollContainer minWidth={0} type="native">
        <Table aria-label={t('imports/columns')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('imports/column')}</Table.Th>
              <Table.Th>{t('imports/is')}</Table.Th>
              <Table.Th className={classes.samples}>{t('imports/samples')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {names.map(({ name, key, samples }, n) => (
              <Table.Tr key={n}>
                <Table.Td>
                  <bdi>{name}</bdi>
                </Table.Td>
                <Table.Td miw={180}>
                  <Select
                    aria-label={t('imports/isOf', { name })}
                    data={fields}
                    value={mapping[key] || null}
                    placeholder={t('imports/leaveOut')}
                    clearable
                    searchable
                    onChange={(field) => setMapping({ ...mapping, [key]: field ?? '' })}
                    error={faults.find(at(key))?.detail}
                    comboboxProps={{ transitionProps: { duration: 80 } }}
                  />
                </Table.Td>
                <Table.Td className={classes.samples}>
                  <bdi>{samples.slice(0, 3).join(' · ')}</bdi>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group justify="end" mt="md" gap="sm">
        {may('import_mapping.set') && (
          <Button variant="subtle" color="gray" onClick={() => setSaving(true)}>
            {t('imports/save')}
          </Button>
        )}
        {may('import.upload') && (
          <Button variant={i.phase === 'read' ? 'filled' : 'default'} loading={check.isPending} onClick={() => check.mutate()}>
            {i.phase === 'read' ? t('imports/check') : t('imports/checkAgain')}
          </Button>
        )}
      </Group>
      {saving && (
        <RecordForm
          title={t('imports/saveTitle')}
          lead={t('imports/saveLead')}
          inputs={[{ name: 'name', label: t('imports/name'), hint: t('imports/nameHint'), needed: true }]}
          submit={t('imports/save')}
          request={({ name }) => request('put', '/v1/import-mappings/{name}', [String(name)], { format: i.format, columns: mapping })}
          says={() => t('imports/saved')}
          close={() => setSaving(false)}
        />
      )}
    </Card>
  )
}
