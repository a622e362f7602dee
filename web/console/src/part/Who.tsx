import { useName } from '../order/useName'

/** Who did something, by name as far as the reader may see users. */
export function Who({ is }: { is: string }) {
  return <bdi>{useName(is)}</bdi>
}
