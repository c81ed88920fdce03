/** The icons, drawn on a 16 x 16 grid with one stroke width. They are decoration: the control that holds one has the name. */

const PATHS = {
  lasso:
    "M8 2.5c3.3 0 6 1.7 6 4s-2.7 4-6 4c-.9 0-1.8-.1-2.5-.4M5.5 10.1C3.4 9.4 2 8 2 6.5c0-2.3 2.7-4 6-4M5.5 10.1a1.6 1.6 0 1 0-2 1.5M5.2 11.5c0 1-.6 1.7-1.4 2",
  box: "M2.5 5V3.5a1 1 0 0 1 1-1H5M7 2.5h2M11 2.5h1.5a1 1 0 0 1 1 1V5M13.5 7v2M13.5 11v1.5a1 1 0 0 1-1 1H11M9 13.5H7M5 13.5H3.5a1 1 0 0 1-1-1V11M2.5 9V7",
  brush: "M9.5 3 13 6.5 8 11.5 4.5 8zM4.5 8C2.8 8.6 2.6 10.3 2.2 13.5c2.9-.2 4.9-.4 5.8-2",
  polygon: "M4 3.5 12.5 5 11 12.5 3.5 11zM4 3.5m-1.2 0a1.2 1.2 0 1 0 2.4 0 1.2 1.2 0 1 0-2.4 0",
  pan: "M8 2v12M2 8h12M8 2 6.3 3.7M8 2l1.7 1.7M8 14l-1.7-1.7M8 14l1.7-1.7M2 8l1.7-1.7M2 8l1.7 1.7M14 8l-1.7-1.7M14 8l-1.7 1.7",
  replace: "M3.5 3.5h9v9h-9z",
  add: "M8 3v10M3 8h10",
  subtract: "M3 8h10",
  intersect: "M6 11a4 4 0 1 0 0-6M10 5a4 4 0 1 0 0 6M6 5a4 4 0 0 0 0 6M10 5a4 4 0 0 1 0 6",
  invert: "M2.5 2.5h11v11h-11zM13.5 2.5l-11 11M9 5h2M5 9.5h2M6 8.5v2",
  select: "M3 3l4 10 1.6-4.4L13 7z",
  grow: "M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4M2.5 6V2.5H6M13.5 10v3.5H10M2.5 2.5 5 5M13.5 13.5 11 11",
  shrink: "M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4M2.5 5H5V2.5M13.5 11H11v2.5M2.5 2.5 5 5M13.5 13.5 11 11",
  keep: "M4.5 2.5h7v11L8 10.5l-3.5 3z",
  contours:
    "M8 12.5c3.5 0 6-1.8 6-4.5S11.5 3.5 8 3.5 2 5.3 2 8s2.5 4.5 6 4.5M8.5 10c1.7 0 3-.8 3-2s-1.3-2-3-2-3 .8-3 2 1.3 2 3 2",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  names: "M3 4.5V3h10v1.5M8 3v10M6.3 13h3.4",
  undo: "M5.5 3 2.5 6l3 3M3 6h6.5a3.75 3.75 0 0 1 0 7.5H6.5",
  redo: "M10.5 3l3 3-3 3M13 6H6.5a3.75 3.75 0 0 0 0 7.5h3",
  close: "M4 4l8 8M12 4l-8 8",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10M10.6 10.6 14 14",
  check: "M3 8.5 6.5 12 13 4.5",
  target: "M8 12.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3",
  rename: "M3 13h10M9.2 3.4l2.4 2.4M4 10.8V8.6l6-6 2.4 2.4-6 6H4z",
  merge: "M3 3.5c0 3 2 4.5 5 4.5h5M3 12.5C3 9.5 5 8 8 8M10.5 5.5 13 8l-2.5 2.5",
  colour: "M8 2.2c2.6 3 4 5 4 6.8a4 4 0 0 1-8 0c0-1.8 1.4-3.8 4-6.8z",
  delete: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  hidden:
    "M6.2 3.8A6 6 0 0 1 8 3.5c4 0 6.5 4.5 6.5 4.5a11 11 0 0 1-1.8 2.3M10 12.2a6 6 0 0 1-2 .3C4 12.5 1.5 8 1.5 8a11 11 0 0 1 2.6-3M2.5 2.5l11 11",
  alone: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1",
  columns: "M2.5 3.5h11v9h-11zM6.2 3.5v9M9.8 3.5v9",
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6",
  gallery: "M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5h-4.5zM9 9h4.5v4.5H9z",
  warning: "M8 2.5 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.2",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="la-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
