import { clsx, type ClassValue } from 'clsx'
import { twMerge } from 'tailwind-merge'

/** Class names, of which the later win over the earlier. */
export const cn = (...classes: ClassValue[]) => twMerge(clsx(classes))
