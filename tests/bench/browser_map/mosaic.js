// In place of Mosaic, which embedding-atlas's bundle imports and its bare map never calls.

export const MosaicClient = class {};
export const Selection = class {};
export const Query = class {};
export const coordinator = () => null;
export const isSelection = () => false;
export const makeClient = () => null;
export const sql = () => null;
