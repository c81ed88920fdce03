/** Draws a component anew only where a property of it is another one, or a signal that it reads. */

import { Component, type ComponentChildren, type FunctionComponent } from "preact";

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
