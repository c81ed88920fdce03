/** Where the focus is, and that it is not lost: what has it may go away, and then the keys would be nobody's. */

/** The element that has the focus, in the page or in the shadow tree that holds an element. */
export function focusIn(element: Element): Element | null {
  const tree = element.getRootNode();
  return tree instanceof ShadowRoot ? tree.activeElement : document.activeElement;
}

/** Gives the focus to `root` whenever the element in it that has it goes away or is disabled. Gives the function that stops it. */
export function keepFocus(root: HTMLElement): () => void {
  let last: Element | null = null;
  const stop = new AbortController();
  root.addEventListener(
    "focusin",
    (event) => {
      last = event.target instanceof Element ? event.target : null;
    },
    { signal: stop.signal },
  );
  root.addEventListener(
    "focusout",
    ({ relatedTarget }) => {
      if (relatedTarget instanceof Node) last = null; // it was given to another
    },
    { signal: stop.signal },
  );
  const observer = new MutationObserver(() => {
    if (last === null || (last.isConnected && !last.matches(":disabled"))) return;
    const now = focusIn(root);
    const lost = now === null || now === document.body || now === last;
    last = null;
    if (lost) root.focus({ preventScroll: true });
  });
  observer.observe(root, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  return () => {
    stop.abort();
    observer.disconnect();
  };
}
