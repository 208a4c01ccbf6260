import { pages } from '../../routes.ts';

/** The page of a record, where there is one. */
export function recordPath(kind: string, id: number): string | undefined {
  return pages.some((page) => page.path === `/${kind}/:id`) ? `/${kind}/${id}` : undefined;
}
