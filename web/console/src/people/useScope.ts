import type { Schemas } from '../api/client'
import { useMay } from '../api/me'
import { useWords } from '../language'
import type { Input, Values } from '../record/RecordForm'
import { useRecords } from '../record/useRecords'

type Scope = Pick<Schemas['AccountUser'], 'channels' | 'locations'>

/** The inputs that narrow somebody, or something, to channels and locations, and what scopes are in words. */
export function useScope() {
  const { t } = useWords()
  const may = useMay()
  const channels = useRecords('/v1/channels', ['channel'], { enabled: may('channel.list'), query: { sort: 'name' } }).items
  const locations = useRecords('/v1/locations', ['location'], { enabled: may('location.list'), query: { sort: 'name' } }).items
  const options = (of: { id: string; name: string }[]) => of.map(({ id, name }) => ({ value: id, label: name }))
  const inputs: Input[] = [
    { name: 'channels', label: t('people/channels'), hint: t('people/allChannels'), kind: 'choices', options: options(channels) },
    { name: 'locations', label: t('people/locations'), hint: t('people/allLocations'), kind: 'choices', options: options(locations) },
  ]
  const names = (ids: string[] | null | undefined, of: { id: string; name: string }[]) => ids?.map((id) => of.find((o) => o.id === id)?.name ?? id).join(', ')
  const says = (of: Scope) => [names(of.channels, channels), names(of.locations, locations)].filter((text) => text !== undefined).join(' · ') || (of.channels || of.locations ? t('people/nothing') : t('people/everything'))
  return { inputs, says }
}

/** What is chosen of a scope; nothing chosen is all. */
export function scopeOf(values: Values): { channels: string[] | null; locations: string[] | null } {
  const chosen = (name: string) => ((values[name] as string[]).length > 0 ? (values[name] as string[]) : null)
  return { channels: chosen('channels'), locations: chosen('locations') }
}

/** The same of what is stored, for a form. */
export function scopeValues(of: Scope): Values {
  return { channels: of.channels ?? [], locations: of.locations ?? [] }
}
