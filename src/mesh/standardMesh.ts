/** A mesh on which labs agree: maps of so many vertices are on it. */
export interface StandardMesh {
  readonly name: string;
  /** As FreeSurfer and nilearn call its folder. */
  readonly folder: string;
  /** Vertices a hemisphere. */
  readonly vertices: number;
  /** As it is called in the names of template files. */
  readonly template: { readonly space: string; readonly density: string };
}

const fsaverage = (level: number, vertices: number, density: string): StandardMesh => ({
  name: `fsaverage${level}`,
  folder: level === 7 ? "fsaverage" : `fsaverage${level}`,
  vertices,
  template: { space: "fsaverage", density },
});

/** From coarse to fine. */
export const standardMeshes: readonly StandardMesh[] = [
  fsaverage(3, 642, "642"),
  fsaverage(4, 2562, "3k"),
  fsaverage(5, 10_242, "10k"),
  {
    name: "fsLR",
    folder: "fsLR",
    vertices: 32_492,
    template: { space: "fsLR", density: "32k" },
  },
  fsaverage(6, 40_962, "41k"),
  fsaverage(7, 163_842, "164k"),
];

const OTHER_NAMES: Readonly<Record<string, string>> = {
  fsaverage: "fsaverage7",
  fslr: "fsLR",
  fslr32k: "fsLR",
  fs_lr: "fsLR",
  fs_lr32k: "fsLR",
  conte69: "fsLR",
};

/** The standard mesh of that name ("fsaverage6", "fsaverage", "fsLR", "fs_LR_32k"); undefined for a name that is none. */
export function standardMesh(name: string): StandardMesh | undefined {
  const plain = name.toLowerCase().replace(/[_-]?(32k)$/, "$1");
  return standardMeshes.find((mesh) => mesh.name === (OTHER_NAMES[plain] ?? plain));
}

/** The standard mesh with that many vertices a hemisphere; undefined where none has. */
export function standardMeshOf(vertices: number): StandardMesh | undefined {
  return standardMeshes.find((mesh) => mesh.vertices === vertices);
}
