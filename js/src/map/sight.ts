/**
 * Tells when an element has been out of sight for a while, and when it comes back. A browser allows about sixteen graphics
 * contexts and takes the oldest away without asking: a long notebook has more maps than that, of which one or two are seen.
 */

/** So long out of sight, in ms, before the context is given back: to scroll past and return costs nothing. */
export const REST_AFTER_MS = 10_000;
/** It counts as seen so far outside the window, so that it is drawn before it is looked at. */
const MARGIN = "50%";

export interface SightCallbacks {
  rest(): void;
  wake(): void;
}

/** Gives the function that stops it. */
export function watchSight(element: Element, { rest, wake }: SightCallbacks): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new IntersectionObserver(
    (entries) => {
      clearTimeout(timer);
      timer = undefined;
      if (entries.at(-1)?.isIntersecting === true) wake();
      else timer = setTimeout(rest, REST_AFTER_MS);
    },
    { rootMargin: MARGIN },
  );
  observer.observe(element);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}
