/** A design matrix with named columns: X (n × p) or a factor's Z (n × q). */
export interface DesignMatrix {
  /** Absolute path of the file it was read from; empty when made in memory. */
  readonly file: string;
  /** Column names: the header's, else `x1`, `x2`, … (`z1`, … for Z). */
  readonly columns: readonly string[];
  /** float64, n × columns, row-major. */
  readonly values: Float64Array;
  /** Rows: images. */
  readonly n: number;
}
