import { type RefObject, useEffect, useRef } from 'react';

/* How far each list was scrolled when it was left, by its address, for coming back to. */
const places = new Map<string, number>();

/** Where the list stood when this address was last left; remembers it again on leaving. */
export function useScrollPlace(scroller: RefObject<HTMLElement | null>): number {
  const address = useRef(location.pathname + location.search);
  useEffect(() => {
    const element = scroller.current;
    const keep = () => element && places.set(address.current, element.scrollTop);
    element?.addEventListener('scroll', keep, { passive: true });
    return () => element?.removeEventListener('scroll', keep);
  }, [scroller]);
  return places.get(address.current) ?? 0;
}
