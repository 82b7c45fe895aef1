declare module "gifti-reader-js" {
  interface DataArray {
    attributes: Record<string, string>;
    data: unknown;
  }
  const gifti: { parse(xml: string): { dataArrays: DataArray[] } };
  export default gifti;
}
