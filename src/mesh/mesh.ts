/** A triangulated surface. */
export interface Mesh {
  /** float32, V × 3, row-major, mm: x right, y front, z up. */
  readonly vertices: Float32Array;
  /** int32, F × 3, row-major. */
  readonly faces: Int32Array;
}
