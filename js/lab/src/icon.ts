import { LabIcon } from "@jupyterlab/ui-components";

/** Points in two groups, one of them held by a line. */
export const mapIcon = new LabIcon({
  name: "labelatlas:map",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path d="M3 14c0-5 3-8 7-8s6 2 6 5-2 9-7 9-6-3-6-6z" fill="none" stroke="#616161" stroke-width="1.6" stroke-dasharray="3 2" class="jp-icon3-stroke jp-icon-selectable-stroke"/>
  <g fill="#ee6677"><circle cx="8" cy="11" r="1.9"/><circle cx="11.500" cy="13.500" r="1.9"/><circle cx="7.500" cy="16" r="1.9"/></g>
  <g fill="#4477aa"><circle cx="18" cy="5" r="1.9"/><circle cx="20.500" cy="9" r="1.9"/><circle cx="19.500" cy="17" r="1.9"/></g>
</svg>`,
});
