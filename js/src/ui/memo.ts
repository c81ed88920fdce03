/** Draws a component anew only where a property of it is another one, or a signal that it reads. */

import { Component, type ComponentChildren, type FunctionComponent } from "preact";
import { useRef } from "preact/hooks";

/** Gives the component that is left alone while its properties stay the same: of a list that scrolls, all lines but the new ones. */
export function memo<P extends object>(body: (props: P) => ComponentChildren): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const before = this.props;
      return (Object.keys(next) as (keyof typeof next)[]).some((name) => next[name] !== before[name]);
    }

    override render() {
      return body(this.props);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}

type Acts = Readonly<Record<string, (...given: never[]) => void>>;

/** Gives acts that stay the same ones from drawing to drawing, and do what the newest of them do. */
export function useActs<T extends Acts>(acts: T): T {
  const newest = useRef(acts);
  newest.current = acts;
  const kept = useRef<T | null>(null);
  kept.current ??= Object.fromEntries(
    Object.keys(acts).map((name) => [name, (...given: never[]) => newest.current[name]?.(...given)]),
  ) as T;
  return kept.current;
}
