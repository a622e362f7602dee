import { Notifications } from '@mantine/notifications'

/** The box of what is told by the way. */
export default function Told({ corner }: { corner: 'bottom-left' | 'bottom-right' }) {
  return <Notifications position={corner} autoClose={5000} transitionDuration={100} />
}
