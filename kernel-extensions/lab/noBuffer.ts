/** Stands for Node's `buffer` in packages of plotly's that ask whether an array is one: in a browser none is. */
export const Buffer = { isBuffer: () => false };
