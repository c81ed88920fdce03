/** The colour of a label, as a dot. */

export function Swatch({ colour }: { colour: string }) {
  return <span class="la-swatch" style={{ background: colour }} aria-hidden="true" />;
}
