/** Which versions a list shows, and a subject counts as by the versions it has. */
export type Shown = 'standing' | 'all' | 'deleted'

export const isShown = ({ deletedAt }: { deletedAt: Date | null }, shown: Shown): boolean =>
  shown === 'all' || (deletedAt === null) === (shown === 'standing')
