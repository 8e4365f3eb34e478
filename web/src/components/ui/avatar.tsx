import { initials } from '@/lib/format'
import { cn } from '@/lib/utils'

export function Avatar({ name, image, className }: { name?: string | null; image?: string | null; className?: string }) {
  const shape = cn('grid size-11 shrink-0 place-items-center rounded-full bg-brand-soft text-sm font-semibold text-brand-text select-none', className)
  // Next's optimizer would fetch it; pictures come straight from where the company keeps them.
  // eslint-disable-next-line @next/next/no-img-element
  return image ? <img src={image} alt="" className={cn(shape, 'object-cover')} /> : <span aria-hidden className={shape}>{initials(name) || '·'}</span>
}
