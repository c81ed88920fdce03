/**
 * The widget, as anywidget reads it. The default export is a function, called once per model: its closure holds the session,
 * because `initialize` and `render` are handed different proxies of the model, and listeners of the first outlive the views.
 */

import { Session } from "./app/session.ts";
import { mountView } from "./app/view.tsx";
import type { Model } from "./kernel/model.ts";

interface InitializeProps {
  readonly model: Model;
}

interface RenderProps extends InitializeProps {
  readonly el: HTMLElement;
}

export default function widget() {
  let session: Session | null = null;
  return {
    /** Returns at once: the columns are asked for, not awaited. */
    initialize({ model }: InitializeProps): () => void {
      const mine = new Session(model);
      session = mine;
      return () => {
        mine.close();
        if (session === mine) session = null;
      };
    },

    /** Called for each view; what it returns takes the view away. */
    render({ model, el }: RenderProps): () => void {
      session ??= new Session(model); // a host without `initialize`
      return mountView(session, el);
    },
  };
}
