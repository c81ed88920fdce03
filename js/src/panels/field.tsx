/** One field of a row, as it is shown on the hover card, in the table and in the gallery. */

import DOMPurify, { type Config } from "dompurify";
import { useMemo, useState } from "preact/hooks";
import type { Cell } from "../state/row_actions.ts";

/** What HTML may do here: be text with its forms, tables and pictures of its own. It loads nothing and leads nowhere else. */
const RULES = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: ["style", "form", "input", "button", "textarea", "select", "video", "audio", "iframe", "base", "link"],
  FORBID_ATTR: ["style", "id", "name", "srcset", "background", "poster"],
  ALLOWED_URI_REGEXP: /^data:image\/(?:png|jpeg|gif|webp);base64,/i,
} satisfies Config;

interface FieldProps {
  readonly cell: Cell;
  /** Whether a sound plays by itself, as under the pointer. */
  readonly playing?: boolean;
}

export function Field({ cell, playing = false }: FieldProps) {
  const { name, kind, text, url } = cell;
  if (url !== null && kind === "image") return <img src={url} alt={name} />;
  if (url !== null) return <Sound key={url} name={name} url={url} playing={playing} />;
  if (text === null) return <span class="la-missing">missing</span>;
  return kind === "html" ? <Html text={text} /> : <span>{text}</span>;
}

function Sound({ name, url, playing }: { readonly name: string; readonly url: string; readonly playing: boolean }) {
  const [broken, setBroken] = useState(false);
  if (broken) return <span class="la-missing">The browser cannot play this sound.</span>;
  // biome-ignore lint/a11y/useMediaCaption: a sound of the user's data has no captions to show
  return <audio src={url} controls autoplay={playing} aria-label={name} onError={() => setBroken(true)} />;
}

function Html({ text }: { text: string }) {
  const clean = useMemo(() => DOMPurify.sanitize(text, RULES), [text]);
  // the one place where HTML is set: the user says that the column is HTML, and it has been cleaned
  return <div class="la-html" dangerouslySetInnerHTML={{ __html: clean }} />;
}
