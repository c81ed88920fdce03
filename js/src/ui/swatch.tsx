/** The colour of a label, as a dot. Where a palette comes round again, the dot has an outline, then a hole, as on the map. */

const ROUNDS = 3;

export function Swatch({ colour, round = 0 }: { readonly colour: string; readonly round?: number }) {
  const style = { background: colour, "--la-swatch": colour };
  return <span class="la-swatch" data-round={round % ROUNDS || undefined} style={style} aria-hidden="true" />;
}
