import { writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import escapeHtml from "escape-html";

/** A map over a surface. */
export interface GiftiMap {
  /** float32 or int32, vertices × volumes, vertex-major. */
  readonly data: Float32Array | Int32Array;
  readonly vertices: number;
  readonly volumes: number;
  /** One name a volume. */
  readonly labels: readonly string[];
}

/** Writes a map as GIFTI (`.func.gii`): one named array a volume, as Connectome Workbench reads it. */
export function writeGifti(path: string, map: GiftiMap): void {
  const type = map.data instanceof Int32Array ? "INT32" : "FLOAT32";
  const arrays = Array.from({ length: map.volumes }, (_, k) => {
    const volume = Array.from({ length: map.vertices }, (_, v) => map.data[v * map.volumes + k]);
    const values = type === "INT32" ? Int32Array.from(volume) : Float32Array.from(volume);
    const packed = deflateSync(new Uint8Array(values.buffer)).toString("base64");
    return `<DataArray Intent="NIFTI_INTENT_NONE" DataType="NIFTI_TYPE_${type}" ArrayIndexingOrder="RowMajorOrder" Dimensionality="1" Dim0="${map.vertices}" Encoding="GZipBase64Binary" Endian="LittleEndian" ExternalFileName="" ExternalFileOffset="">
<MetaData><MD><Name>Name</Name><Value>${escapeHtml(map.labels[k] ?? `volume ${k}`)}</Value></MD></MetaData>
<Data>${packed}</Data>
</DataArray>`;
  });
  writeFileSync(
    path,
    `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE GIFTI SYSTEM "http://www.nitrc.org/frs/download.php/115/gifti.dtd">
<GIFTI Version="1.0" NumberOfDataArrays="${map.volumes}">
<MetaData/>
<LabelTable/>
${arrays.join("\n")}
</GIFTI>
`,
  );
}
